select
    file_name,
    extract,
    period_id,
    version,
    cast(received_at as date) as received_on,
    status,
    coalesce(reason, superseded_by) as because,
    lines_read,
    rows_accepted,
    rows_set_aside,
    rows_duplicate,
    rows_passed_over
from mart.fct_submissions
where submitter is not distinct from $submitter
order by extract, period_id, version, file_name
