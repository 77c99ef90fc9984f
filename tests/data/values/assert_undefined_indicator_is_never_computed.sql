-- An indicator without a definition is listed, never computed.
select
    indicators.indicator_id,
    indicator_values.area_code,
    indicator_values.period_id,
    indicator_values.value_status

from {{ ref('dim_indicators') }} as indicators

inner join {{ ref('fct_indicator_values') }} as indicator_values
    on
        indicators.indicator_id = indicator_values.indicator_id
        and indicators.definition_version = indicator_values.definition_version

where
    (indicators.definition_status = 'not_defined')
    <> (indicator_values.value_status = 'not_defined')
    or (
        indicators.definition_status = 'not_defined'
        and coalesce(
            indicator_values.numerator,
            indicator_values.denominator,
            indicator_values.indicator_value
        ) is not null
    )
