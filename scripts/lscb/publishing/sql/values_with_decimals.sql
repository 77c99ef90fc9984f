update mart.fct_indicator_values
set indicator_value = round(indicator_value, $decimals)
where (indicator_id, definition_version) in (
    select
        indicators.indicator_id,
        indicators.definition_version
    from mart.dim_indicators as indicators
    where indicators.value_type = $value_type
)
