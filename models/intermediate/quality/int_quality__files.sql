{#- One row per file that was ever in landing, with what became of it. -#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        area_code,
        period_id,
        file_id,
        cast(null as bigint) as line_number,

        extract,
        submitter_code,
        submission_status,
        reason_code,
        lines_read,
        rows_set_aside,
        rows_duplicate,
        rows_accepted

    from submissions

)

select * from described
