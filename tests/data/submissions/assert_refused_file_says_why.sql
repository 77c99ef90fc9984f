-- A file that is refused or withdrawn has its reason; so has one that counts nowhere.
select
    file_name,
    status,
    reason_code,
    reason

from {{ ref('fct_submissions') }}

where
    (reason_code is null) <> (reason is null)
    or (status in ('refused', 'withdrawn') and reason_code is null)
    or (
        status not in ('refused', 'withdrawn')
        and reason_code <> 'period_outside_calendar'
    )
