-- What belongs to no borough is counted, never divided, compared or judged.
select
    indicator_id,
    definition_version,
    period_id,
    value_status,
    denominator,
    indicator_value,
    areas_included

from {{ ref('fct_indicator_values') }}

where
    area_code = 'UNALLOCATED'
    and (
        coalesce(denominator, indicator_value, lower_limit, upper_limit) is not null
        or areas_included <> 0
    )
