{#-
    One row per measure, file, area, category and first day of the month or period:
    records set aside that could count there, for nothing that can be read of them keeps
    them out. The area is null where it could not be read. Published crime has the number
    that its cells state; where one cannot be read either, the row says so.
-#}

with

blocks as (

    select * from {{ ref('int_blocks') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

measures as (

    {{ union_of('record', 'int_', '_counted') }}

),

records as (

    select
        measures.measure_id,
        blocks.extract,
        blocks.submitter_code,
        measures.file_id,
        measures.area_code,
        cast(null as string) as major_category,
        cast(null as string) as minor_category,
        coalesce(measures.month_start_date, periods.start_date) as start_date,
        cast(measures.events_set_aside as double) as events,
        0 as numbers_unread

    from measures

    inner join blocks
        on measures.file_id = blocks.file_id

    inner join periods
        on blocks.period_id = periods.period_id

    where measures.events_set_aside > 0

),

crimes as (

    select
        measure_id,
        'mps_borough_crime' as extract,
        'GLA' as submitter_code,
        file_id,
        area_code,
        cast(null as string) as major_category,
        cast(null as string) as minor_category,
        month_start_date as start_date,
        events_set_aside as events,
        0 as numbers_unread

    from {{ ref('int_gla__borough_crime_counted') }}

    where events_set_aside > 0

),

-- a cell that is blank in a row of no borough says nothing, so nothing is missing
crimes_of_no_area as (

    select
        concat('mps_offences_', classification) as measure_id,
        'mps_borough_crime' as extract,
        'GLA' as submitter_code,
        file_id,
        cast(null as string) as area_code,
        major_category,
        minor_category,
        month_start_date as start_date,
        sum(coalesce(offences, 0.0e0)) as events,
        count(case when values_set_aside is not null then 1 end) as numbers_unread

    from {{ ref('int_gla__borough_crime_standing') }}

    where area_code is null

    group by
        classification, file_id, major_category, minor_category, month_start_date

),

unioned as (

    select * from records

    union all

    select * from crimes

    union all

    select * from crimes_of_no_area

    where events > 0 or numbers_unread > 0

)

select * from unioned
