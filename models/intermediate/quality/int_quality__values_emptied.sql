{#-
    One row per standing file and column of which values could not be read and were
    emptied, while their records stand: how many, of how many lines.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

emptied as (

    select
        file_id,
        column_name,
        count(*) as values_emptied

    from {{ ref('stg_ledger__set_aside') }}

    where set_aside_level = 'value'

    group by file_id, column_name

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        submissions.file_id,
        cast(null as bigint) as line_number,

        submissions.extract,
        submissions.lines_read,
        emptied.column_name,
        emptied.values_emptied

    from emptied

    inner join submissions
        on emptied.file_id = submissions.file_id

)

select * from described
