{#-
    One row per borough, category and month of the standing crime tables: the count
    beside what the borough's own months and the month in all boroughs lead to expect.
-#}

with

crimes as (

    select * from {{ ref('stg_gla__borough_crime') }}

    where record_state = 'accepted' and offences is not null

),

blocks as (

    select * from {{ ref('int_blocks') }}

    where extract = 'mps_borough_crime'

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

    inner join blocks
        on crimes.file_id = blocks.file_id

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

twins as (

    -- a borough's whole row as another's: the same counts in all of its months
    select
        file_id,
        area_code,
        major_category,
        minor_category,
        sum(offences) as row_sum,
        sum(offences * offences) as row_squares,
        sum(offences * extract(month from month_start_date)) as row_moments,
        count(*) as row_months

    from months

    group by file_id, area_code, major_category, minor_category

),

twinned as (

    select
        twins.file_id,
        twins.area_code,
        twins.major_category,
        twins.minor_category,
        min(counterparts.area_code) as twin_area_code

    from twins

    inner join twins as counterparts
        on
            twins.file_id = counterparts.file_id
            and twins.major_category = counterparts.major_category
            and twins.minor_category = counterparts.minor_category
            and twins.area_code <> counterparts.area_code
            and twins.row_sum = counterparts.row_sum
            and twins.row_squares = counterparts.row_squares
            and twins.row_moments = counterparts.row_moments
            and twins.row_months = counterparts.row_months

    where twins.row_sum >= 5 * twins.row_months and twins.row_months >= 6

    group by
        twins.file_id, twins.area_code, twins.major_category, twins.minor_category

),

described as (

    select
        case departures.classification when '2008' then 'CX01' else 'CX02' end
            as indicator_id,
        cast(1 as bigint) as definition_version,
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
        row_number() over (
            partition by
                departures.file_id,
                departures.area_code,
                departures.major_category,
                departures.minor_category
            order by departures.month_start_date
        ) as month_rank

    from departures

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
