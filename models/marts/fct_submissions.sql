{#- One row per file that was ever in landing, with what became of it and why. -#}

with

submissions as (

    select * from {{ ref('int_submissions') }}

),

described as (

    select
        file_id,
        extract,
        submitter_code as submitter,
        submitter_as_sent,
        area_code,
        pct_code,
        period_id,
        version,
        file_name,
        relative_path,
        sha256,
        received_at,
        case when has_counts then lines_read end as lines_read,
        case when has_counts then rows_accepted end as rows_accepted,
        case when has_counts then rows_set_aside end as rows_set_aside,
        case when has_counts then rows_duplicate end as rows_duplicate,
        case when has_counts then rows_passed_over end as rows_passed_over,
        submission_status as status,
        reason_code,
        reason,
        superseded_by,
        is_in_landing,
        records_removed_on

    from submissions

)

select * from described
