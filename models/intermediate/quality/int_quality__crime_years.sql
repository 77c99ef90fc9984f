{#-
    One row per file of the standing crime tables and financial year of which it holds
    six months or more: how many boroughs it has, and in how many of them the months never
    fall and end at three times where they began or more, as sums since April do.
-#}

with

months as (

    select
        crimes.file_id,
        crimes.classification,
        crimes.area_code,
        periods.year_period_id,
        crimes.month_start_date,
        sum(cast(crimes.offences as double)) as offences

    from {{ ref('int_gla__borough_crime_standing') }} as crimes

    inner join {{ ref('dim_periods') }} as periods
        on
            crimes.month_start_date = periods.start_date
            and periods.period_type = 'month'

    where
        crimes.record_state = 'accepted'
        and crimes.offences is not null
        and crimes.area_code <> 'UNALLOCATED'

    group by
        crimes.file_id,
        crimes.classification,
        crimes.area_code,
        periods.year_period_id,
        crimes.month_start_date

),

ordered as (

    select
        months.*,
        lag(offences) over (
            partition by file_id, area_code, year_period_id
            order by month_start_date
        ) as offences_before,
        first_value(offences) over (
            partition by file_id, area_code, year_period_id
            order by month_start_date
        ) as first_offences

    from months

),

boroughs as (

    select
        file_id,
        classification,
        year_period_id,
        area_code,
        count(*) as year_months,
        count(case when offences < offences_before then 1 end) as falls,
        max(offences) as most_offences,
        max(first_offences) as first_offences

    from ordered

    group by file_id, classification, year_period_id, area_code

),

described as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        cast(null as string) as area_code,
        boroughs.year_period_id as period_id,
        boroughs.file_id,
        cast(null as bigint) as line_number,

        count(*) as boroughs,
        count(
            case
                when
                    boroughs.falls = 0
                    and boroughs.most_offences > 0
                    and boroughs.most_offences >= 3 * boroughs.first_offences
                    then 1
            end
        ) as boroughs_rising

    from boroughs

    inner join {{ ref('indicators') }} as indicators
        on
            concat('mps_offences_', boroughs.classification)
            = indicators.numerator_measure_id

    where boroughs.year_months >= 6

    group by
        indicators.indicator_id,
        indicators.definition_version,
        boroughs.file_id,
        boroughs.year_period_id

)

select * from described
