-- Files that name no sender whom the warehouse knows, and who it may be: the authority
-- whose name or alias is written most like what stands where a sender is named, by the
-- likeness of Jaro and Winkler.
with

named as (

    select
        file_id,
        file_name,
        relative_path,
        reason,
        cast(received_at as date) as received_on,
        lower(trim(coalesce(
            submitter_as_sent,
            nullif(split_part(file_name, '__', 2), ''),
            regexp_extract(file_name, '^[^.]*')
        ))) as name_sent

    from mart.fct_submissions

    where submitter is not distinct from $submitter

),

known as (

    select
        lower(area_name) as name_known,
        area_name as guess

    from mart.dim_areas

    where area_type = 'local_authority'

    union

    select
        lower(aliases.alias) as name_known,
        case
            when aliases.is_ambiguous then aliases.note
            else areas.area_name
        end as guess

    from reference.area_aliases as aliases

    inner join mart.dim_areas as areas
        on aliases.area_code = areas.area_code

    union

    select
        lower(pct_code) as name_known,
        concat(pct_name, ' (', pct_code, ')') as guess

    from reference.pcts

    union

    select
        lower(pct_name) as name_known,
        concat(pct_name, ' (', pct_code, ')') as guess

    from reference.pcts

    union

    select
        lower(sender_name) as name_known,
        concat(sender_name, ' (', sender_code, ')') as guess

    from reference.senders

),

likened as (

    select
        named.file_id,
        known.guess,
        jaro_winkler_similarity(named.name_sent, known.name_known) as likeness

    from named

    cross join known

),

nearest as (

    select
        file_id,
        arg_max(guess, (likeness, guess)) as guess,
        max(likeness) as likeness

    from likened

    group by file_id

)

select
    named.file_name,
    named.relative_path,
    named.received_on,
    named.reason,
    case
        when nearest.likeness = 1 then nearest.guess
        when nearest.likeness >= 0.85 then concat('perhaps ', nearest.guess)
        else 'nobody whose name is like it'
    end as nearest_guess

from named

inner join nearest
    using (file_id)

order by named.relative_path, named.file_name
