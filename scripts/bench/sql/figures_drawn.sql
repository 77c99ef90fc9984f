-- Drawn figures as the comparisons of the marts take them: each with its period before.
select
    *,
    1 as definition_version,
    'year' as period_type,
    'neutral' as polarity,
    'reported' as value_status,
    'reported' as london_status,
    33 as london_areas_known,
    cast(null as double) as inner_outer_value,
    cast(null as varchar) as inner_outer_status,
    'region' as region_area_code,
    true as additive_over_areas,
    true as is_authority,
    true as can_be_compared,
    false as is_unallocated,
    false as is_series_break,
    lag(indicator_value) over series as previous_value_known,
    lag(lower_limit) over series as previous_lower_limit,
    lag(upper_limit) over series as previous_upper_limit,
    lag(lower_limit_998) over series as previous_lower_limit_998,
    lag(upper_limit_998) over series as previous_upper_limit_998,
    case when point_index = 1 then 'no_previous_period' end as previous_reason

from drawn

window series as (partition by indicator_id, area_code order by point_index)
