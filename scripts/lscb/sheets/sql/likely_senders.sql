-- Of each file that names no sender whom the warehouse knows, who it may be: whose name
-- or alias is written most like what stands where a sender is named, by the likeness of
-- Jaro and Winkler, from 0.85; all of those whom an alias can mean. Whether nothing
-- else has come from them for what the file's name claims is said beside.
create temporary table likely_senders as
with

named as (

    select
        file_id,
        file_name,
        extract,
        nullif(split_part(file_name, '__', 3), '') as period_sent,
        lower(trim(coalesce(
            nullif(split_part(file_name, '__', 2), ''),
            regexp_extract(file_name, '^[^.]*')
        ))) as name_sent

    from mart.fct_submissions

    where submitter is null

),

authorities as (

    select
        area_code,
        area_name

    from mart.dim_areas

    where area_type = 'local_authority'

),

-- an alias of several means the authority that it is listed for, and those in its note
others_meant as (

    select
        alias,
        trim(unnest(string_split(
            regexp_replace(note, '^ambiguous:?( also)?', ''), ','
        ))) as name_begins

    from reference.area_aliases

    where is_ambiguous

),

known as (

    select
        area_name as name_known,
        area_code as sender_code,
        area_name as sender_name

    from authorities

    union

    select
        aliases.alias as name_known,
        authorities.area_code as sender_code,
        authorities.area_name as sender_name

    from reference.area_aliases as aliases

    inner join authorities
        on aliases.area_code = authorities.area_code

    union

    select
        others_meant.alias as name_known,
        authorities.area_code as sender_code,
        authorities.area_name as sender_name

    from others_meant

    inner join authorities
        on
            others_meant.name_begins <> ''
            and starts_with(authorities.area_name, others_meant.name_begins)

    union

    select
        unnest([pct_code, pct_name]) as name_known,
        pct_code as sender_code,
        concat(pct_name, ' (', pct_code, ')') as sender_name

    from reference.pcts

    union

    select
        sender_name as name_known,
        sender_code,
        concat(sender_name, ' (', sender_code, ')') as sender_name

    from reference.senders

),

likened as (

    select
        named.file_id,
        named.file_name,
        named.extract,
        named.period_sent,
        known.sender_code,
        known.sender_name,
        max(jaro_winkler_similarity(named.name_sent, lower(known.name_known)))
            as likeness

    from named

    cross join known

    group by all

    having likeness >= 0.85

)

select
    likened.*,
    awaited.submitter_code is not null as is_awaited

from likened

left join intermediate.int_quality__submissions as awaited
    on
        likened.extract = awaited.extract
        and likened.period_sent = awaited.period_id
        and likened.sender_code = awaited.submitter_code
        and awaited.block_status is null

qualify likened.likeness = max(likened.likeness) over (partition by likened.file_id)
