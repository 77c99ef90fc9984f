-- Of a survey percentage no numerator is made up, and no total.
select
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.area_code,
    indicator_values.period_id,
    indicator_values.numerator,
    indicator_values.indicator_value

from {{ ref('fct_indicator_values') }} as indicator_values

inner join {{ ref('dim_indicators') }} as indicators
    on
        indicator_values.indicator_id = indicators.indicator_id
        and indicator_values.definition_version = indicators.definition_version
        and indicators.value_type = 'survey_percentage'

inner join {{ ref('dim_areas') }} as areas
    on indicator_values.area_code = areas.area_code

where
    indicator_values.numerator is not null
    or areas.area_type <> 'local_authority'
