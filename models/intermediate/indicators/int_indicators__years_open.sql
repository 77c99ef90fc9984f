{#-
    One row per indicator: the first and last year (by the calendar year in which it
    begins) that its grid covers. Indicators share one span, from the first to the last
    year that any agency has sent something for; an extract of longer reach (published
    crime, a survey wave) stretches its own indicators only.
-#}

with

indicators as (

    select distinct
        indicator_id,
        extract,
        numerator_measure_id

    from {{ ref('indicators') }}

),

extracts as (

    select * from {{ ref('extracts') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

crime_months as (

    select * from {{ ref('int_gla__borough_crime_counted') }}

),

statistics as (

    select * from {{ ref('int_dfe__indicator_cells') }}

),

years_sent as (

    select
        blocks.extract as reach,
        blocks.extract not in ('population', 'tellus_survey') as is_shared,
        periods.mid_year as open_year

    from blocks

    inner join extracts
        on
            blocks.extract = extracts.extract
            and extracts.kind in ('record', 'aggregate')

    inner join periods
        on blocks.period_id = periods.period_id

    union all

    select
        crime_months.measure_id as reach,
        false as is_shared,
        periods.mid_year as open_year

    from crime_months

    inner join periods
        on crime_months.part_period_id = periods.period_id

    union all

    select
        'ees_statistics' as reach,
        true as is_shared,
        periods.mid_year as open_year

    from statistics

    inner join periods
        on statistics.period_id = periods.period_id

),

spans as (

    select
        indicators.indicator_id,
        min(years_sent.open_year) as first_year,
        max(years_sent.open_year) as last_year

    from indicators

    inner join years_sent
        on
            years_sent.is_shared
            or indicators.extract = years_sent.reach
            or indicators.numerator_measure_id = years_sent.reach

    group by indicators.indicator_id

)

select * from spans
