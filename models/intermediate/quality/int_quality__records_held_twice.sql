{#-
    One row per standing file and other file in which records of it count: how many. What
    two files hold counts once (docs/decisions/0013-what-counts-once.md).
-#}

with

submissions as (

    select * from {{ ref('int_submissions') }}

),

records as (

    select
        file_id,
        line_number,
        counted_in_file_id

    from {{ ref('int_pct__admissions_flagged') }}

    union all

    select
        file_id,
        line_number,
        counted_in_file_id

    from {{ ref('int_police__offences_flagged') }}

    union all

    select
        file_id,
        line_number,
        counted_in_file_id

    from {{ ref('int_police__missing_children_flagged') }}

    union all

    select
        file_id,
        line_number,
        counted_in_file_id

    from {{ ref('int_lado__referrals_flagged') }}

    union all

    select
        file_id,
        line_number,
        counted_in_file_id

    from {{ ref('int_records__standing') }}

),

tallied as (

    select
        file_id,
        counted_in_file_id,
        count(*) as records_elsewhere

    from records

    where counted_in_file_id is not null

    group by file_id, counted_in_file_id

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        tallied.file_id,
        cast(null as bigint) as line_number,

        submissions.extract,
        submissions.rows_accepted,
        tallied.records_elsewhere,
        tallied.counted_in_file_id,
        other_files.file_name as counted_in_file_name

    from tallied

    inner join submissions
        on tallied.file_id = submissions.file_id

    inner join submissions as other_files
        on tallied.counted_in_file_id = other_files.file_id

)

select * from described
