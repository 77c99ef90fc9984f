-- A row is a fault that a sender has made, with how often and in how many files: the
-- last column is the sentence to send back.
select
    extract,
    submitter,
    level,
    column_name,
    reason_code,
    count(*) as times_found,
    count(distinct file_id) as files_concerned,
    message,
    what_to_do

from {{ ref('fct_set_aside') }}

group by
    extract,
    submitter,
    level,
    column_name,
    reason_code,
    message,
    what_to_do

order by
    times_found desc,
    extract asc,
    submitter asc,
    column_name asc nulls last,
    reason_code asc,
    message asc
