select
    file_name,
    column_name,
    message,
    what_to_do
from mart.fct_submission_notices
where submitter is not distinct from $submitter
order by file_name, column_name, message
