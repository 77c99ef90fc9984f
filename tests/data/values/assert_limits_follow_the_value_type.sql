-- A ratio whose numerator is no subset has no limits; where there are some, both stand.
select
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.area_code,
    indicator_values.period_id,
    indicators.value_type,
    indicator_values.interval_method,
    indicator_values.lower_limit,
    indicator_values.upper_limit

from {{ ref('fct_indicator_values') }} as indicator_values

inner join {{ ref('dim_indicators') }} as indicators
    on
        indicator_values.indicator_id = indicators.indicator_id
        and indicator_values.definition_version = indicators.definition_version

where
    (indicators.value_type = 'ratio' and indicator_values.upper_limit is not null)
    or (
        indicators.value_type in ('rate', 'count', 'proportion')
        and indicator_values.indicator_value is not null
        and indicator_values.interval_method is null
    )
    or (
        indicators.value_type in ('rate', 'count')
        and (indicator_values.interval_method = 'exact_poisson')
        <> (indicator_values.numerator < 10)
    )
    or (indicator_values.lower_limit is null) <> (indicator_values.upper_limit is null)
    or (
        indicator_values.interval_method is not null
        and indicator_values.indicator_value is null
    )
