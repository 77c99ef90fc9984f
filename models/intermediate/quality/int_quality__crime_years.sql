{#-
    One row per file of the standing crime tables and financial year of which it holds
    six months or more: how many boroughs it has, and in how many of them the months never
    fall and end at three times where they began or more, as sums since April do.
-#}

with

months as (

    select
        crime_months.indicator_id,
        crime_months.definition_version,
        crime_months.file_id,
        crime_months.area_code,
        periods.year_period_id,
        periods.start_date,
        sum(cast(crime_months.offences as double)) as offences

    from {{ ref('int_quality__crime_months') }} as crime_months

    inner join {{ ref('dim_periods') }} as periods
        on crime_months.period_id = periods.period_id

    group by
        crime_months.indicator_id,
        crime_months.definition_version,
        crime_months.file_id,
        crime_months.area_code,
        periods.year_period_id,
        periods.start_date

),

ordered as (

    select
        months.*,
        lag(offences) over (
            partition by indicator_id, file_id, area_code, year_period_id
            order by start_date
        ) as offences_before,
        first_value(offences) over (
            partition by indicator_id, file_id, area_code, year_period_id
            order by start_date
        ) as first_offences

    from months

),

boroughs as (

    select
        indicator_id,
        definition_version,
        file_id,
        year_period_id,
        area_code,
        count(*) as year_months,
        count(case when offences < offences_before then 1 end) as falls,
        max(offences) as most_offences,
        max(first_offences) as first_offences

    from ordered

    group by
        indicator_id, definition_version, file_id, year_period_id, area_code

),

described as (

    select
        indicator_id,
        definition_version,
        cast(null as string) as area_code,
        year_period_id as period_id,
        file_id,
        cast(null as bigint) as line_number,

        count(*) as boroughs,
        count(
            case
                when
                    falls = 0
                    and most_offences > 0
                    and most_offences >= 3 * first_offences
                    then 1
            end
        ) as boroughs_rising

    from boroughs

    where year_months >= 6

    group by
        indicator_id,
        definition_version,
        file_id,
        year_period_id

)

select * from described
