with

awaited as (

    select * from intermediate.int_quality__submissions

    where submitter_code = $submitter and block_status is null

),

may_be_it as (

    select
        extract,
        period_sent,
        sender_code,
        string_agg(file_name, ', ' order by file_name) as file_names

    from likely_senders

    group by extract, period_sent, sender_code

)

select
    awaited.extract,
    awaited.period_id,
    awaited.due_date,
    concat(
        case when awaited.is_due then 'overdue' else 'due' end,
        ', unless it is ' || may_be_it.file_names
    ) as state

from awaited

left join may_be_it
    on
        awaited.extract = may_be_it.extract
        and awaited.period_id = may_be_it.period_sent
        and awaited.submitter_code = may_be_it.sender_code

order by awaited.due_date, awaited.extract, awaited.period_id
