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

files as (

    select * from {{ ref('stg_ledger__files') }}

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
        counted.measure_id,
        files.extract,
        files.submitter_code,
        counted.file_id,
        counted.area_code,
        cast(null as string) as major_category,
        cast(null as string) as minor_category,
        counted.month_start_date as start_date,
        counted.events_set_aside as events,
        0 as numbers_unread

    from {{ ref('int_gla__borough_crime_counted') }} as counted

    inner join files
        on counted.file_id = files.file_id

    where counted.events_set_aside > 0

),

-- a cell that is blank in a row of no borough says nothing, so nothing is missing
crimes_of_no_area as (

    select
        concat('mps_offences_', standing.classification) as measure_id,
        files.extract,
        files.submitter_code,
        standing.file_id,
        cast(null as string) as area_code,
        standing.major_category,
        standing.minor_category,
        standing.month_start_date as start_date,
        sum(coalesce(standing.offences, 0.0e0)) as events,
        count(case when standing.values_set_aside is not null then 1 end)
            as numbers_unread

    from {{ ref('int_gla__borough_crime_standing') }} as standing

    inner join files
        on standing.file_id = files.file_id

    where standing.area_code is null

    group by
        standing.classification,
        files.extract,
        files.submitter_code,
        standing.file_id,
        standing.major_category,
        standing.minor_category,
        standing.month_start_date

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
