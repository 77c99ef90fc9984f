-- Every line and value set aside, by the name of its file.
select
    file_name,
    line_number,
    column_name,
    level,
    message,
    what_to_do
from mart.fct_set_aside
