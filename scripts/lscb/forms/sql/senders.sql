-- one row per extract and sender from whom something is due
with

authorities as (

    select * from areas

    where area_type = 'local_authority'

),

named as (

    select
        extracts.extract,
        authorities.area_code as code,
        authorities.area_name as sender_name,
        authorities.area_code

    from extracts

    cross join authorities

    where extracts.submitter_kind = 'local_authority'

    union all

    select
        extracts.extract,
        pcts.pct_code as code,
        pcts.pct_name as sender_name,
        null as area_code

    from extracts

    cross join pcts

    where
        extracts.submitter_kind = 'pct'
        and pcts.pct_code in (select pct_areas.pct_code from pct_areas)

    union all

    select
        extracts.extract,
        senders.sender_code as code,
        senders.sender_name,
        null as area_code

    from extracts

    inner join senders
        on list_contains(
            string_split(extracts.fixed_submitters, '|'), senders.sender_code
        )

    where
        extracts.submitter_kind = 'fixed'
        or (
            extracts.submitter_kind = 'police'
            and senders.sender_code in (
                select authorities.police_force_code from authorities
            )
        )

)

select
    named.extract,
    named.code,
    named.sender_name,
    named.area_code,
    cast(extracts.due_days as integer) as due_days

from named

inner join extracts
    on named.extract = extracts.extract

where extracts.due_days is not null

order by named.extract, named.code
