-- An indicator that one authority has for a period, all authorities have.
with

authorities as (

    select count(*) as authorities_known

    from {{ ref('dim_areas') }}

    where area_type = 'local_authority'

),

counted as (

    select
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.period_id,
        count(*) as authorities_found

    from {{ ref('fct_indicator_values') }} as indicator_values

    inner join {{ ref('int_cells__expected') }} as cells
        on
            indicator_values.indicator_id = cells.indicator_id
            and indicator_values.definition_version = cells.definition_version
            and indicator_values.area_code = cells.area_code
            and indicator_values.period_id = cells.period_id

    group by
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.period_id

)

select
    counted.indicator_id,
    counted.definition_version,
    counted.period_id,
    counted.authorities_found,
    authorities.authorities_known

from counted

cross join authorities

where counted.authorities_found <> authorities.authorities_known
