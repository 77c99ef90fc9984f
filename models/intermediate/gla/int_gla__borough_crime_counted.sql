{#-
    One row per classification (as a measure), month and area: offences of all
    categories, from the latest file that holds the month. A later file revises whole
    months, within its classification; the two classifications never meet.
-#}

with

borough_crime as (

    select * from {{ ref('stg_gla__borough_crime') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_type = 'month'

),

months_held as (

    select distinct
        borough_crime.classification,
        borough_crime.month_start_date,
        borough_crime.file_id,
        blocks.received_at,
        blocks.period_id as file_label

    from borough_crime

    inner join blocks
        on borough_crime.file_id = blocks.file_id

),

ranked as (

    select
        classification,
        month_start_date,
        file_id,
        row_number() over (
            partition by classification, month_start_date
            order by received_at desc, file_label desc, file_id asc
        ) as recency

    from months_held

),

summed as (

    select
        concat('mps_offences_', borough_crime.classification) as measure_id,
        borough_crime.file_id,
        periods.period_id as part_period_id,
        borough_crime.area_code,
        borough_crime.month_start_date,

        sum(borough_crime.offences) as events,
        count(*) as line_count,
        min(borough_crime.line_number) as first_line,
        max(borough_crime.line_number) as last_line,

        count(borough_crime.offences) as cells_known,
        count(borough_crime.offences_mark) as cells_marked,
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

    inner join ranked
        on
            borough_crime.classification = ranked.classification
            and borough_crime.month_start_date = ranked.month_start_date
            and borough_crime.file_id = ranked.file_id
            and ranked.recency = 1

    inner join periods
        on borough_crime.month_start_date = periods.start_date

    group by
        borough_crime.classification,
        borough_crime.file_id,
        periods.period_id,
        borough_crime.area_code,
        borough_crime.month_start_date

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
        case
            when cells_known = line_count then 'reported'
            when cells_known > 0 then 'partial'
            when cells_set_aside > 0 then 'refused'
            else 'not_available'
        end as part_status

    from summed

)

select * from judged
