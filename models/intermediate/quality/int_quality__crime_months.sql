{#-
    One row per borough, category and month of the standing crime tables: the count
    beside what the borough's own months and the month in all boroughs lead to expect.
-#}

with

-- of each area and month the file that stands; lines that part one category together
crimes as (

    select
        file_id,
        min(line_number) as line_number,
        classification,
        area_code,
        major_category,
        minor_category,
        month_start_date,
        sum(offences) as offences

    from {{ ref('int_gla__borough_crime_standing') }}

    where record_state = 'accepted' and offences is not null

    group by
        file_id,
        classification,
        area_code,
        major_category,
        minor_category,
        month_start_date

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_type = 'month'

),

months as (

    select
        crimes.file_id,
        crimes.line_number,
        crimes.classification,
        crimes.area_code,
        crimes.major_category,
        crimes.minor_category,
        crimes.month_start_date,
        periods.period_id,
        crimes.offences

    from crimes

    inner join periods
        on crimes.month_start_date = periods.start_date

    where crimes.area_code <> 'UNALLOCATED'

),

nearby as (

    -- the year around a month: crime drifts, and what drifts is no fault
    select
        months.*,
        median(offences) over (
            partition by
                file_id, area_code, major_category, minor_category
            order by month_start_date
            rows between 6 preceding and 6 following
        ) as nearby_offences,
        count(*) over (
            partition by
                file_id, area_code, major_category, minor_category
            order by month_start_date
            rows between 6 preceding and 6 following
        ) as nearby_months

    from months

),

seasons as (

    select
        file_id,
        major_category,
        minor_category,
        month_start_date,
        median(offences) as month_median,
        coalesce(sum(offences) > 4 * sum(nearby_offences), false) as is_new,
        greatest(
            0.25e0, least(4.0e0, coalesce(
                sum(offences) / nullif(sum(nearby_offences), 0), 1.0e0
            ))
        ) as season

    from nearby

    group by file_id, major_category, minor_category, month_start_date

),

expected as (

    select
        nearby.*,
        -- a category that begins in all boroughs at once is a change of classes
        case
            when seasons.is_new
                then greatest(
                    nearby.nearby_offences * seasons.season, seasons.month_median
                )
            else nearby.nearby_offences * seasons.season
        end as expected_offences

    from nearby

    inner join seasons
        on
            nearby.file_id = seasons.file_id
            and nearby.major_category = seasons.major_category
            and nearby.minor_category = seasons.minor_category
            and nearby.month_start_date = seasons.month_start_date

),

departures as (

    select
        expected.*,
        {{ count_departure('offences', 'expected_offences') }} as departure

    from expected

),

scales as (

    select
        file_id,
        major_category,
        minor_category,
        {{ robust_scale('departure') }} as scale

    from departures

    group by file_id, major_category, minor_category

),

crime_rows as (

    -- a borough's row of the table: as double, so that no number is too large to add
    select
        file_id,
        area_code,
        major_category,
        minor_category,
        sum(cast(offences as double)) as row_sum,
        count(*) as row_months

    from months

    group by file_id, area_code, major_category, minor_category

),

alike as (

    select
        crime_rows.file_id,
        crime_rows.area_code,
        crime_rows.major_category,
        crime_rows.minor_category,
        crime_rows.row_months,
        counterparts.area_code as twin_area_code

    from crime_rows

    inner join crime_rows as counterparts
        on
            crime_rows.file_id = counterparts.file_id
            and crime_rows.major_category = counterparts.major_category
            and crime_rows.minor_category = counterparts.minor_category
            and crime_rows.area_code <> counterparts.area_code
            and crime_rows.row_sum = counterparts.row_sum
            and crime_rows.row_months = counterparts.row_months

    where crime_rows.row_sum > 0

),

alike_by_month as (

    select
        alike.file_id,
        alike.area_code,
        alike.major_category,
        alike.minor_category,
        alike.twin_area_code,
        sum({{ equality_surprise('months.offences') }}) as twin_surprise

    from alike

    inner join months
        on
            alike.file_id = months.file_id
            and alike.area_code = months.area_code
            and alike.major_category = months.major_category
            and alike.minor_category = months.minor_category

    inner join months as counterparts
        on
            alike.file_id = counterparts.file_id
            and alike.twin_area_code = counterparts.area_code
            and alike.major_category = counterparts.major_category
            and alike.minor_category = counterparts.minor_category
            and months.month_start_date = counterparts.month_start_date
            and months.offences = counterparts.offences

    group by
        alike.file_id,
        alike.area_code,
        alike.major_category,
        alike.minor_category,
        alike.twin_area_code,
        alike.row_months

    -- every month, not their sum alone
    having count(*) = alike.row_months

),

twinned as (

    select
        file_id,
        area_code,
        major_category,
        minor_category,
        min(twin_area_code) as twin_area_code,
        max(twin_surprise) as twin_surprise

    from alike_by_month

    group by file_id, area_code, major_category, minor_category

),

described as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        departures.area_code,
        departures.period_id,
        departures.file_id,
        departures.line_number,

        departures.major_category,
        departures.minor_category,
        departures.offences,
        departures.nearby_offences,
        departures.nearby_months,
        departures.expected_offences,
        departures.departure / scales.scale as deviations,
        {{ power_of_ten('departures.offences', 'departures.nearby_offences') }}
            as offences_power,
        twinned.twin_area_code,
        twinned.twin_surprise,
        row_number() over (
            partition by
                departures.file_id,
                departures.area_code,
                departures.major_category,
                departures.minor_category
            order by departures.month_start_date
        ) as month_rank

    from departures

    inner join {{ ref('indicators') }} as indicators
        on
            concat('mps_offences_', departures.classification)
            = indicators.numerator_measure_id

    inner join scales
        on
            departures.file_id = scales.file_id
            and departures.major_category = scales.major_category
            and departures.minor_category = scales.minor_category

    left join twinned
        on
            departures.file_id = twinned.file_id
            and departures.area_code = twinned.area_code
            and departures.major_category = twinned.major_category
            and departures.minor_category = twinned.minor_category

)

select * from described
