-- A file that is refused has its reason, and no other file has one.
select
    file_name,
    status,
    reason_code,
    reason

from {{ ref('fct_submissions') }}

where
    (status = 'refused' and (reason_code is null or reason is null))
    or (status <> 'refused' and coalesce(reason_code, reason) is not null)
