-- Every notice, by the name of its file.
select
    file_name,
    column_name,
    message,
    what_to_do
from mart.fct_submission_notices
