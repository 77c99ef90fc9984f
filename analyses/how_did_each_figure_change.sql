-- A row is a borough's latest figure, with the one before of the same kind and series,
-- and the 95 per cent limits of the difference. Where the two cannot be compared,
-- change_reason says why. Of one figure looked at, change_alone says whether it moved;
-- of many, change_among_all.
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
    change_lower_limit,
    change_upper_limit,
    change_alone,
    change_among_all,
    trend,
    unit_of_period,
    polarity

from {{ ref('latest_boroughs') }}

order by indicator_id asc, area_code asc
