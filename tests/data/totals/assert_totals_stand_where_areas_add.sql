-- The region and its parts stand where the catalogue lets areas add, and only there.
with

cells as (

    select distinct
        indicator_id,
        definition_version,
        period_id

    from {{ ref('int_cells__expected') }}

    where not is_undefined

),

totals as (

    select
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.period_id,
        count(*) as totals_found

    from {{ ref('fct_indicator_values') }} as indicator_values

    inner join {{ ref('dim_areas') }} as areas
        on
            indicator_values.area_code = areas.area_code
            and areas.area_type in ('region', 'sub_region')

    group by
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.period_id

),

wholes as (

    select count(*) as totals_there

    from {{ ref('dim_areas') }}

    where area_type in ('region', 'sub_region')

)

select
    indicators.indicator_id,
    indicators.definition_version,
    coalesce(cells.period_id, totals.period_id) as period_id,
    indicators.additive_over_areas,
    totals.totals_found

from cells

full outer join totals
    on
        cells.indicator_id = totals.indicator_id
        and cells.definition_version = totals.definition_version
        and cells.period_id = totals.period_id

inner join {{ ref('dim_indicators') }} as indicators
    on
        coalesce(cells.indicator_id, totals.indicator_id) = indicators.indicator_id
        and coalesce(cells.definition_version, totals.definition_version)
        = indicators.definition_version

cross join wholes

where
    (
        cells.period_id is not null
        and indicators.additive_over_areas
        and coalesce(totals.totals_found, 0) <> wholes.totals_there
    )
    or (totals.totals_found > 0 and not indicators.additive_over_areas)
