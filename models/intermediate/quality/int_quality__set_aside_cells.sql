{#-
    One row per figure made of records: how many were set aside that could count in it.
-#}

with

cells as (

    select * from {{ ref('int_cells__settled') }}

    where
        records_set_aside > 0
        and {{ status_is('cell_status', 'numerator') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

set_aside_bounds as (

    select * from {{ ref('set_aside_bounds') }}

),

described as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id,
        cast(null as string) as file_id,
        cast(null as bigint) as line_number,

        areas.area_type,
        periods.period_type,
        cells.cell_status,
        cells.numerator,
        cells.records_set_aside,
        cells.records_placed,
        cells.is_short,
        set_aside_bounds.least_records,
        set_aside_bounds.greatest_share

    from cells

    inner join areas
        on cells.area_code = areas.area_code

    inner join periods
        on cells.period_id = periods.period_id

    cross join set_aside_bounds

)

select * from described
