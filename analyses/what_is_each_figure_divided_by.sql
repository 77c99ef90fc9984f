-- A row is a borough's latest figure with what was counted and what it was divided by,
-- in words and numbers: a count is divided by nothing.
select
    indicator_id,
    title,
    area_code,
    area_name,
    period_id,
    numerator_text,
    numerator,
    denominator_text,
    denominator,
    indicator_value,
    unit_of_period,
    value_status

from {{ ref('latest_boroughs') }}

order by indicator_id asc, area_code asc
