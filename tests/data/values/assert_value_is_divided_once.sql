-- A value is its multiplier times its numerator over its denominator; a count itself.
with

worked_out as (

    select
        indicator_values.*,
        indicators.value_type,

        case
            when indicators.value_type = 'count' then indicator_values.numerator
            else
                indicators.multiplier
                * indicator_values.numerator
                / nullif(indicator_values.denominator, 0)
        end as expected_value

    from {{ ref('fct_indicator_values') }} as indicator_values

    inner join {{ ref('dim_indicators') }} as indicators
        on
            indicator_values.indicator_id = indicators.indicator_id
            and indicator_values.definition_version = indicators.definition_version

)

select * from worked_out

where
    value_type <> 'survey_percentage'
    and value_status in ('reported', 'partial')
    and area_code <> 'UNALLOCATED'
    and (
        (indicator_value is null) <> (expected_value is null)
        or abs(indicator_value - expected_value) > 1e-9 * abs(expected_value)
    )
