-- A row is a file that was refused whole: the reason says what its sender must correct,
-- and whatever earlier version was accepted still counts.
select
    extract,
    submitter,
    period_id,
    version,
    file_id,
    file_name,
    received_at,
    reason_code,
    reason

from {{ ref('fct_submissions') }}

where status = 'refused'

order by received_at asc, extract asc, file_name asc, file_id asc
