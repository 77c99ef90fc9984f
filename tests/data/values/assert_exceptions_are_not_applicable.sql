-- Where an indicator does not apply to an authority the cell says so and nothing else.
select
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.area_code,
    indicator_values.period_id,
    indicator_values.value_status

from {{ ref('fct_indicator_values') }} as indicator_values

inner join {{ ref('area_exceptions') }} as area_exceptions
    on
        indicator_values.indicator_id = area_exceptions.indicator_id
        and indicator_values.area_code = area_exceptions.area_code
        and area_exceptions.applies = 'always'

where indicator_values.value_status <> area_exceptions.value_status
