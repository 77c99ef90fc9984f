{#-
    One row per file and year of age in it: how many records have it, and how many the
    ages within four years of it have on average. Infants in hospital are many by nature
    and are left out.
-#}

with

profiles as (

    select * from {{ ref('int_quality__profiles') }}

    where profile = 'category' and column_name in ('age_years', 'victim_age')

),

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

highest_ages as (

    select
        extract,
        lake_column as column_name,
        cast(maximum as bigint) as highest_age

    from {{ ref('extract_columns') }}

    where lake_column in ('age_years', 'victim_age')

),

ages as (

    select
        profiles.file_id,
        profiles.extract,
        cast(profiles.bucket as bigint) as age_years,
        highest_ages.highest_age,
        profiles.row_count

    from profiles

    inner join highest_ages
        on
            profiles.extract = highest_ages.extract
            and profiles.column_name = highest_ages.column_name

    where
        profiles.bucket is not null
        and not (profiles.extract = 'pct_admissions' and profiles.bucket = '0')

),

nearby as (

    select
        ages.file_id,
        ages.extract,
        ages.age_years,
        ages.highest_age,
        ages.row_count,
        coalesce(sum(neighbours.row_count), 0) as nearby_rows

    from ages

    left join ages as neighbours
        on
            ages.file_id = neighbours.file_id
            and ages.age_years <> neighbours.age_years
            and neighbours.age_years between ages.age_years - 4 and ages.age_years + 4

    group by
        ages.file_id, ages.extract, ages.age_years, ages.highest_age, ages.row_count

),

averaged as (

    -- ages that nobody has are zero, and those beyond the ends do not exist
    select
        file_id,
        extract,
        age_years,
        row_count,
        cast(nearby_rows as double)
        / (least(age_years, 4) + least(highest_age - age_years, 4)) as nearby_average

    from nearby

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        submissions.file_id,
        cast(null as bigint) as line_number,

        averaged.extract,
        averaged.age_years,
        averaged.row_count,
        averaged.nearby_average,
        {{ count_departure('averaged.row_count', 'averaged.nearby_average') }}
            as departure

    from averaged

    inner join submissions
        on averaged.file_id = submissions.file_id

)

select * from described
