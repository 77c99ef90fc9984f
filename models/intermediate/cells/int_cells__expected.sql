{#-
    One row per cell that the catalogue expects: indicator, the definition in force at
    the period's end, authority and open period. Built before any number is looked at,
    so that a cell can be empty but never absent.
-#}

with

indicators as (

    select * from {{ ref('indicators') }}

),

years_open as (

    select * from {{ ref('int_cells__years_open') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

    where area_type = 'local_authority'

),

area_exceptions as (

    select * from {{ ref('area_exceptions') }}

    where applies = 'always'

),

cells as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        areas.area_code,
        periods.period_id,
        periods.period_type,
        periods.start_date,
        periods.end_date,
        periods.year_period_id,
        periods.mid_year,
        indicators.definition_status = 'not_defined' as is_undefined,
        area_exceptions.area_code is not null as is_exception

    from indicators

    inner join years_open
        on indicators.indicator_id = years_open.indicator_id

    inner join periods
        on
            years_open.open_year = periods.mid_year
            and concat('|', indicators.periods, '|')
            like concat('%|', periods.period_type, '|%')
            and periods.end_date >= coalesce(indicators.valid_from, periods.end_date)
            and periods.end_date <= coalesce(indicators.valid_to, periods.end_date)

    cross join areas

    left join area_exceptions
        on
            indicators.indicator_id = area_exceptions.indicator_id
            and areas.area_code = area_exceptions.area_code

)

select * from cells
