-- A row is a borough's latest figure, with the one before of the same kind and series:
-- where the two cannot be compared, change_reason says why, and a small change may be
-- chance, for which see both limits.
select
    indicator_id,
    title,
    area_code,
    area_name,
    period_id,
    previous_value,
    indicator_value,
    change,
    change_reason,
    lower_limit,
    upper_limit,
    trend,
    unit_of_period,
    polarity

from {{ ref('latest_boroughs') }}

order by indicator_id asc, area_code asc
