-- A row is a borough that is not whole in the latest figures of an indicator, with the
-- reason, when its return was due and when it came: a partial one has a number that
-- counts too little, a suppressed one has come and is not shown.
select
    indicator_id,
    title,
    period_id,
    area_code,
    area_name,
    value_status,
    status_label,
    indicator_value,
    coverage_status,
    due_date,
    received_date,
    refused_by_rule

from {{ ref('latest_boroughs') }}

where
    not is_whole
    and value_status <> 'not_applicable'

order by indicator_id asc, value_status asc, area_code asc
