-- A value is set against its past under the same definition only.
with

numbers as (

    select
        period_id,
        period_type,
        row_number() over (partition by period_type order by start_date) as point_index

    from {{ ref('dim_periods') }}

),

values_in_order as (

    select
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.area_code,
        indicator_values.period_id,
        indicator_values.indicator_value,
        indicator_values.value_status,
        numbers.period_type,
        numbers.point_index

    from {{ ref('fct_indicator_values') }} as indicator_values

    inner join numbers
        on indicator_values.period_id = numbers.period_id

)

select
    comparisons.indicator_id,
    comparisons.definition_version,
    comparisons.area_code,
    comparisons.period_id,
    comparisons.previous_value,
    earlier.indicator_value as earlier_value

from {{ ref('fct_comparisons') }} as comparisons

inner join values_in_order
    on
        comparisons.indicator_id = values_in_order.indicator_id
        and comparisons.definition_version = values_in_order.definition_version
        and comparisons.area_code = values_in_order.area_code
        and comparisons.period_id = values_in_order.period_id

left join values_in_order as earlier
    on
        values_in_order.indicator_id = earlier.indicator_id
        and values_in_order.definition_version = earlier.definition_version
        and values_in_order.area_code = earlier.area_code
        and values_in_order.period_type = earlier.period_type
        and values_in_order.point_index = earlier.point_index + 1
        and earlier.value_status = 'reported'

where
    comparisons.previous_value is not null
    and coalesce(comparisons.previous_value <> earlier.indicator_value, true)
