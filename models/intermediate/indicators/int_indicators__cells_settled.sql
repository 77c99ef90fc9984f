{#-
    One row per cell of the mart: authorities, totals and the unallocated, one below the
    other. Nothing after this adds or takes away a cell.
-#}

with

area_cells as (

    select * from {{ ref('int_indicators__area_cells') }}

),

totals as (

    select * from {{ ref('int_indicators__totals') }}

),

unallocated as (

    select * from {{ ref('int_indicators__unallocated') }}

),

cells as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        direct_value,
        case
            when
                cell_status in ('reported', 'partial')
                and coalesce(numerator, direct_value) is not null
                then 1
            else 0
        end as areas_included,
        source_extract

    from area_cells

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        cast(null as double) as direct_value,
        areas_included,
        source_extract

    from totals

    union all

    select
        indicator_id,
        definition_version,
        'UNALLOCATED' as area_code,
        period_id,
        cell_status,
        numerator,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        cast(null as double) as denominator,
        cast(null as double) as direct_value,
        0 as areas_included,
        source_extract

    from unallocated

)

select * from cells
