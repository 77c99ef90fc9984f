-- One row per file that names what it is, with what became of it and when it came.
select
    file_id,
    extract,
    submitter,
    period_id,
    version,
    cast(received_at as date) as received_on,
    status = any($received) as is_received,
    case when status = 'refused' then reason end as refused_for

from mart.fct_submissions

where submitter is not null and period_id is not null and status <> 'withdrawn'

order by received_at, version, file_name
