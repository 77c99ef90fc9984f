-- What the catalogue expects of an authority stands in the values, once.
with

cells as (

    select * from {{ ref('int_cells__expected') }}

),

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

)

select
    cells.indicator_id,
    cells.definition_version,
    cells.area_code,
    cells.period_id,
    count(indicator_values.indicator_id) as cells_found

from cells

left join indicator_values
    on
        cells.indicator_id = indicator_values.indicator_id
        and cells.definition_version = indicator_values.definition_version
        and cells.area_code = indicator_values.area_code
        and cells.period_id = indicator_values.period_id

group by
    cells.indicator_id,
    cells.definition_version,
    cells.area_code,
    cells.period_id

having count(indicator_values.indicator_id) <> 1
