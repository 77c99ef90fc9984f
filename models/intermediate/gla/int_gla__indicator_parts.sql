{#-
    One row per context measure of published crime, authority and month. A month that
    no file holds was not submitted; one whose categories are not all known is partial.
-#}

with

cells as (

    select * from {{ ref('int_indicators__cells_expected') }}

    where period_type = 'quarter' and not is_exception

),

indicators as (

    select * from {{ ref('indicators') }}

    where extract = 'mps_borough_crime'

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_type = 'month'

),

borough_crime as (

    select * from {{ ref('int_gla__borough_crime_counted') }}

),

parts as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id,
        periods.period_id as part_period_id,
        indicators.extract as source_extract,
        coalesce(borough_crime.part_status, 'not_submitted') as cell_status,
        borough_crime.events as numerator,
        0.0e0 as extra_events

    from cells

    inner join indicators
        on
            cells.indicator_id = indicators.indicator_id
            and cells.definition_version = indicators.definition_version

    inner join periods
        on periods.start_date between cells.start_date and cells.end_date

    left join borough_crime
        on
            indicators.numerator_measure_id = borough_crime.measure_id
            and cells.area_code = borough_crime.area_code
            and periods.period_id = borough_crime.part_period_id

)

select * from parts
