select
    file_name,
    line_number,
    column_name,
    level,
    message,
    what_to_do
from mart.fct_set_aside
where submitter is not distinct from $submitter
order by file_name, line_number, column_name
