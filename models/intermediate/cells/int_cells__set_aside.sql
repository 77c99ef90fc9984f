{#-
    One row per indicator, definition, area and period in which records that were set
    aside could count: how many. One whose area could not be read could count in every
    authority that its sender serves and, of published crime, whose row of the category
    the file lacks; in a total it counts once.
-#}

with

set_aside as (

    select
        set_aside.*,
        row_number() over (
            order by
                measure_id,
                file_id,
                start_date,
                area_code,
                major_category,
                minor_category
        ) as item

    from {{ ref('int_measures_set_aside') }} as set_aside

),

indicators as (

    select * from {{ ref('indicators') }}

    where numerator_measure_id is not null

),

senders as (

    select * from {{ ref('int_senders') }}

),

wholes as (

    select * from {{ ref('int_parts__areas') }}

    where part_kind = 'area'

),

periods as (

    select * from {{ ref('dim_periods') }}

),

crimes as (

    select distinct
        file_id,
        concat('mps_offences_', classification) as measure_id,
        month_start_date,
        area_code,
        major_category,
        minor_category

    from {{ ref('int_gla__borough_crime_standing') }}

    where area_code is not null

),

rows_of_areas as (

    select
        file_id,
        measure_id,
        month_start_date,
        area_code,
        count(*) as categories

    from crimes

    group by file_id, measure_id, month_start_date, area_code

),

rows_of_files as (

    select
        file_id,
        measure_id,
        month_start_date,
        max(categories) as categories

    from rows_of_areas

    group by file_id, measure_id, month_start_date

),

-- where records of no readable area could lie
candidates as (

    select
        set_aside.item,
        senders.area_code

    from set_aside

    inner join senders
        on
            set_aside.extract = senders.extract
            and set_aside.submitter_code = senders.submitter_code

    where set_aside.area_code is null and set_aside.extract <> 'mps_borough_crime'

    union all

    select
        set_aside.item,
        rows_of_areas.area_code

    from set_aside

    inner join rows_of_areas
        on
            set_aside.file_id = rows_of_areas.file_id
            and set_aside.measure_id = rows_of_areas.measure_id
            and set_aside.start_date = rows_of_areas.month_start_date

    inner join rows_of_files
        on
            set_aside.file_id = rows_of_files.file_id
            and set_aside.measure_id = rows_of_files.measure_id
            and set_aside.start_date = rows_of_files.month_start_date

    left join crimes
        on
            set_aside.file_id = crimes.file_id
            and set_aside.measure_id = crimes.measure_id
            and set_aside.start_date = crimes.month_start_date
            and rows_of_areas.area_code = crimes.area_code
            and set_aside.major_category = crimes.major_category
            and set_aside.minor_category = crimes.minor_category

    where
        set_aside.area_code is null
        and set_aside.extract = 'mps_borough_crime'
        and rows_of_areas.area_code <> 'UNALLOCATED'
        and crimes.area_code is null
        and (
            set_aside.minor_category is not null
            or rows_of_areas.categories < rows_of_files.categories
        )

),

own_cells as (

    select
        item,
        area_code,
        true as is_placed

    from set_aside

    where area_code is not null

    union all

    select
        item,
        area_code,
        false as is_placed

    from candidates

),

-- wherever it lies, it counts in a total once, and somewhere in the region in any case
placed_cells as (

    select * from own_cells

    union all

    select
        item,
        'UNALLOCATED' as area_code,
        false as is_placed

    from set_aside

    where area_code is null

),

total_cells as (

    select distinct
        placed_cells.item,
        wholes.whole_area_code as area_code,
        placed_cells.is_placed

    from placed_cells

    inner join wholes
        on placed_cells.area_code = wholes.area_code

),

all_cells as (

    select * from own_cells

    union all

    select * from total_cells

),

dated as (

    select
        all_cells.area_code,
        all_cells.is_placed,
        set_aside.measure_id,
        set_aside.events,
        set_aside.numbers_unread,
        quarters.period_id,
        quarters.year_period_id

    from all_cells

    inner join set_aside
        on all_cells.item = set_aside.item

    inner join periods as quarters
        on
            quarters.period_type = 'quarter'
            and set_aside.start_date between quarters.start_date and quarters.end_date

),

parts as (

    select
        area_code,
        is_placed,
        measure_id,
        events,
        numbers_unread,
        period_id

    from dated

    union all

    select
        area_code,
        is_placed,
        measure_id,
        events,
        numbers_unread,
        year_period_id as period_id

    from dated

),

summed as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        parts.area_code,
        parts.period_id,
        indicators.extract,
        sum(parts.events) as records_set_aside,
        sum(case when parts.is_placed then parts.events else 0.0e0 end)
            as records_placed,
        sum(parts.numbers_unread) as numbers_unread

    from parts

    inner join indicators
        on parts.measure_id = indicators.numerator_measure_id

    group by
        indicators.indicator_id,
        indicators.definition_version,
        parts.area_code,
        parts.period_id,
        indicators.extract

)

select * from summed
