{#-
    One row per classification (as a measure), month and area: offences of all
    categories, from the file that stands for the area and month. Rows that were set aside
    with a number that can be read are counted beside; one that cannot leaves the month
    partial, and so does a month that was not over when the file came.
-#}

with

borough_crime as (

    select * from {{ ref('int_gla__borough_crime_standing') }}

    where area_code is not null

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_type = 'month'

),

summed as (

    select
        concat('mps_offences_', borough_crime.classification) as measure_id,
        borough_crime.file_id,
        periods.period_id as part_period_id,
        borough_crime.area_code,
        borough_crime.month_start_date,
        borough_crime.is_month_running,

        sum(
            case
                when borough_crime.record_state = 'accepted' then borough_crime.offences
            end
        ) as events,
        count(case when borough_crime.record_state = 'accepted' then 1 end)
            as line_count,
        min(
            case
                when borough_crime.record_state = 'accepted'
                    then borough_crime.line_number
            end
        ) as first_line,
        max(
            case
                when borough_crime.record_state = 'accepted'
                    then borough_crime.line_number
            end
        ) as last_line,

        count(
            case
                when borough_crime.record_state = 'accepted' then borough_crime.offences
            end
        ) as cells_known,
        count(*) as cells,
        count(
            case
                when
                    borough_crime.record_state = 'set_aside'
                    and borough_crime.offences is not null
                    then 1
            end
        ) as cells_counted_beside,
        sum(
            case
                when
                    borough_crime.record_state = 'set_aside'
                    then borough_crime.offences
            end
        ) as events_set_aside,
        sum(
            case
                when borough_crime.record_state = 'set_aside' then 1
                when
                    borough_crime.values_set_aside is not null
                    and borough_crime.offences is null
                    and borough_crime.offences_mark is null then 1
                else 0
            end
        ) as cells_set_aside

    from borough_crime

    inner join periods
        on borough_crime.month_start_date = periods.start_date

    group by
        borough_crime.classification,
        borough_crime.file_id,
        periods.period_id,
        borough_crime.area_code,
        borough_crime.month_start_date,
        borough_crime.is_month_running

),

judged as (

    select
        measure_id,
        file_id,
        part_period_id,
        area_code,
        month_start_date,
        cast(events as double) as events,
        cast(line_count as bigint) as line_count,
        first_line,
        last_line,
        cast(coalesce(events_set_aside, 0) as double) as events_set_aside,
        case
            when cells_known > 0 and is_month_running then 'partial'
            when cells_known > 0 and cells_known + cells_counted_beside = cells
                then 'reported'
            when cells_known > 0 then 'partial'
            when cells_set_aside > 0 then 'refused'
            else 'not_available'
        end as part_status

    from summed

)

select * from judged
