-- Who has a sheet, and by what name: all who sent a file that names them, or owe one.
with

senders as (

    select submitter as sender_code

    from mart.fct_submissions

    where submitter is not null

    union

    select submitter_code

    from intermediate.int_quality__submissions

)

select
    senders.sender_code,
    coalesce(
        areas.area_name,
        coalesce(pcts.pct_name, agencies.sender_name)
        || ' ('
        || senders.sender_code
        || ')',
        senders.sender_code
    ) as sender_name

from senders

left join mart.dim_areas as areas
    on senders.sender_code = areas.area_code

left join reference.pcts as pcts
    on senders.sender_code = pcts.pct_code

left join reference.senders as agencies
    on senders.sender_code = agencies.sender_code

order by senders.sender_code
