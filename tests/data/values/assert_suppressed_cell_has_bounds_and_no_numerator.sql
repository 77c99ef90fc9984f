-- A figure suppressed at source is an interval, never a number.
select
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.area_code,
    indicator_values.period_id,
    indicator_values.numerator,
    indicator_values.numerator_low,
    indicator_values.numerator_high

from {{ ref('fct_indicator_values') }} as indicator_values

inner join {{ ref('dim_indicators') }} as indicators
    on
        indicator_values.indicator_id = indicators.indicator_id
        and indicator_values.definition_version = indicators.definition_version

where
    (
        indicator_values.value_status = 'suppressed_at_source'
        and (
            indicator_values.numerator is not null
            or indicator_values.indicator_value is not null
            or (
                indicator_values.numerator_low is null
                and indicators.value_type <> 'survey_percentage'
            )
        )
    )
    or indicator_values.numerator_low > indicator_values.numerator_high
    or (
        indicator_values.numerator_low is not null
        and indicator_values.value_status not in ('suppressed_at_source', 'partial')
    )
    or (
        indicator_values.numerator_low is not null
        and indicator_values.numerator is not null
    )
