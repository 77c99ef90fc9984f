-- A row is a file that another replaced: a superseded one gave way to a later
-- version, which withdraws every row it lacks; a duplicate is a copy of an earlier
-- file.
select
    extract,
    submitter,
    period_id,
    version,
    file_id,
    file_name,
    status,
    superseded_by,
    received_at

from {{ ref('fct_submissions') }}

where status in ('superseded', 'duplicate')

order by
    extract asc,
    submitter asc,
    period_id asc,
    version asc,
    file_name asc,
    file_id asc
