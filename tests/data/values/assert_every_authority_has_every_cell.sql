-- An indicator that one authority has for a period, all 33 have.
select
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.period_id,
    count(*) as authorities

from {{ ref('fct_indicator_values') }} as indicator_values

inner join {{ ref('int_indicators__cells_expected') }} as cells
    on
        indicator_values.indicator_id = cells.indicator_id
        and indicator_values.definition_version = cells.definition_version
        and indicator_values.area_code = cells.area_code
        and indicator_values.period_id = cells.period_id

group by
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.period_id

having count(*) <> 33
