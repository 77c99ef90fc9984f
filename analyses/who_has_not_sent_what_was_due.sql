-- A row is a sender, extract and period from which figures are overdue: the earliest
-- due date stands first, and a few figures missing from a return mean that the return
-- came without them.
select
    extract,
    submitter,
    period_id,
    min(due_date) as earliest_due_date,
    count(*) as figures_missing

from {{ ref('fct_coverage') }}

where coverage_status = 'missing'

group by extract, submitter, period_id

order by
    earliest_due_date asc,
    extract asc,
    submitter asc,
    period_id asc
