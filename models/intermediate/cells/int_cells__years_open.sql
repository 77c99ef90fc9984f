{#-
    One row per indicator and year (by the calendar year in which it begins) that its
    grid covers: each year that any agency has sent something for, and the years between
    two of them where these are no more than the calendar's longest gap. So a slip of
    ten years opens its own year and not the nine between. Indicators share these years;
    an extract that has years of its own (published crime, a survey) adds to its own
    indicators only.
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

    select * from {{ ref('int_claims__statistics') }}

),

years_sent as (

    select
        blocks.extract as reach,
        not extracts.has_own_years as is_shared,
        periods.mid_year as open_year

    from blocks

    inner join extracts
        on
            blocks.extract = extracts.extract
            and extracts.due_days is not null

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

years_of_indicators as (

    select distinct
        indicators.indicator_id,
        years_sent.open_year

    from indicators

    inner join years_sent
        on
            years_sent.is_shared
            or indicators.extract = years_sent.reach
            or indicators.numerator_measure_id = years_sent.reach

),

followed as (

    select
        indicator_id,
        open_year,
        lead(open_year) over (partition by indicator_id order by open_year)
            as next_open_year

    from years_of_indicators

),

years as (

    select distinct mid_year

    from periods

),

calendar as (

    select * from {{ ref('calendar') }}

),

years_open as (

    select
        followed.indicator_id,
        years.mid_year as open_year

    from followed

    cross join calendar

    inner join years
        on
            followed.open_year = years.mid_year
            or (
                followed.open_year < years.mid_year
                and followed.next_open_year > years.mid_year
                and followed.next_open_year
                <= followed.open_year + calendar.longest_gap + 1
            )

)

select * from years_open
