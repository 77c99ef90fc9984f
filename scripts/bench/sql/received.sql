-- What became of every file, by its name.
select
    file_name,
    status,
    coalesce(reason, superseded_by) as why,
    lines_read,
    rows_accepted,
    rows_set_aside,
    rows_duplicate,
    rows_passed_over
from mart.fct_submissions
