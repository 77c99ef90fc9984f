{#-
    One row per borough and category of the standing crime tables, of the months of one
    file: its offences beside those of the category in the middle borough, and whether in
    every month it is the sum of the other rows of its major category or borough, or of
    all the others but one. A row for each category of most boroughs that a borough has not.
-#}

with

months as (

    select
        file_id,
        classification,
        area_code,
        major_category,
        minor_category,
        month_start_date,
        min(line_number) as line_number,
        sum(cast(offences as double)) as offences

    from {{ ref('int_gla__borough_crime_standing') }}

    where
        record_state = 'accepted'
        and offences is not null
        and area_code <> 'UNALLOCATED'

    group by
        file_id,
        classification,
        area_code,
        major_category,
        minor_category,
        month_start_date

),

summed as (

    select
        months.*,
        sum(offences) over (
            partition by file_id, area_code, month_start_date
        ) as borough_offences,
        sum(offences) over (
            partition by file_id, area_code, major_category, month_start_date
        ) as major_offences

    from months

),

crime_rows as (

    select
        file_id,
        classification,
        area_code,
        major_category,
        minor_category,
        min(line_number) as line_number,
        count(*) as row_months,
        sum(offences) as offences,
        sum(borough_offences) as borough_offences,
        count(case when 2 * offences = major_offences then 1 end) as months_of_major,
        count(case when 2 * offences = borough_offences then 1 end) as months_of_borough

    from summed

    group by file_id, classification, area_code, major_category, minor_category

),

but_one as (

    -- all crime but one category: with that one it is half of what stands there
    select
        crime_rows.file_id,
        crime_rows.area_code,
        crime_rows.major_category,
        crime_rows.minor_category,
        left_out.major_category as left_out_major,
        left_out.minor_category as left_out_minor,
        crime_rows.row_months

    from crime_rows

    inner join crime_rows as left_out
        on
            crime_rows.file_id = left_out.file_id
            and crime_rows.area_code = left_out.area_code
            and 2 * crime_rows.offences + left_out.offences
            = crime_rows.borough_offences
            and crime_rows.row_months = left_out.row_months
            and left_out.offences > 0
            and crime_rows.offences > left_out.offences

),

but_one_by_month as (

    select
        but_one.file_id,
        but_one.area_code,
        but_one.major_category,
        but_one.minor_category

    from but_one

    inner join summed as own
        on
            but_one.file_id = own.file_id
            and but_one.area_code = own.area_code
            and but_one.major_category = own.major_category
            and but_one.minor_category = own.minor_category

    inner join summed as left_out
        on
            but_one.file_id = left_out.file_id
            and but_one.area_code = left_out.area_code
            and but_one.left_out_major = left_out.major_category
            and but_one.left_out_minor = left_out.minor_category
            and own.month_start_date = left_out.month_start_date
            and 2 * own.offences + left_out.offences = own.borough_offences

    group by
        but_one.file_id,
        but_one.area_code,
        but_one.major_category,
        but_one.minor_category,
        but_one.left_out_major,
        but_one.left_out_minor,
        but_one.row_months

    having count(*) = but_one.row_months

),

sums_but_one as (

    select distinct
        file_id,
        area_code,
        major_category,
        minor_category

    from but_one_by_month

),

boroughs as (

    select distinct
        file_id,
        area_code

    from crime_rows

),

file_boroughs as (

    select
        file_id,
        count(*) as boroughs

    from boroughs

    group by file_id

),

categories as (

    select
        file_id,
        classification,
        major_category,
        minor_category,
        count(*) as boroughs_with_it,
        median(offences) as middle_offences,
        max(row_months) as most_months

    from crime_rows

    group by file_id, classification, major_category, minor_category

),

described as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        boroughs.area_code,
        cast(null as string) as period_id,
        categories.file_id,
        crime_rows.line_number,

        categories.major_category,
        categories.minor_category,
        categories.boroughs_with_it,
        file_boroughs.boroughs,
        categories.middle_offences,
        crime_rows.offences,
        crime_rows.row_months,
        categories.most_months,
        coalesce(
            crime_rows.offences > 0
            and crime_rows.row_months in (
                crime_rows.months_of_major, crime_rows.months_of_borough
            ),
            false
        ) as is_sum_of_others,
        sums_but_one.file_id is not null as is_sum_but_one

    from categories

    inner join {{ ref('indicators') }} as indicators
        on
            concat('mps_offences_', categories.classification)
            = indicators.numerator_measure_id

    inner join file_boroughs
        on categories.file_id = file_boroughs.file_id

    inner join boroughs
        on categories.file_id = boroughs.file_id

    left join crime_rows
        on
            categories.file_id = crime_rows.file_id
            and categories.major_category = crime_rows.major_category
            and categories.minor_category = crime_rows.minor_category
            and boroughs.area_code = crime_rows.area_code

    left join sums_but_one
        on
            crime_rows.file_id = sums_but_one.file_id
            and crime_rows.area_code = sums_but_one.area_code
            and crime_rows.major_category = sums_but_one.major_category
            and crime_rows.minor_category = sums_but_one.minor_category

)

select * from described
