select
    extract,
    period_id,
    due_date,
    case when is_due then 'overdue' else 'due' end as state
from intermediate.int_quality__submissions
where submitter_code = $submitter and block_status is null
order by due_date, extract, period_id
