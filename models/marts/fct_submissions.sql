{#-
    One row per file that was ever in landing, with what became of it and why. A file of
    a period outside the calendar is accepted and counts nowhere: it says so.
-#}

with

submissions as (

    select * from {{ ref('int_submissions') }}

),

outside as (

    select
        files_outside.file_id,
        reason_codes.reason_code,
        replace(
            reason_codes.message,
            '{occurrences}',
            cast(files_outside.occurrences as string)
        ) as reason

    from {{ ref('int_files_outside_calendar') }} as files_outside

    inner join {{ ref('reason_codes') }} as reason_codes
        on reason_codes.reason_code = 'period_outside_calendar'

    where files_outside.is_whole

),

-- a PCT of elsewhere may send, and is named as the submitter alone
pcts as (

    select * from {{ ref('pcts') }}

),

described as (

    select
        submissions.file_id,
        submissions.extract,
        submissions.submitter_code as submitter,
        submissions.submitter_as_sent,
        submissions.area_code,
        pcts.pct_code,
        submissions.period_id,
        submissions.version,
        submissions.file_name,
        submissions.relative_path,
        submissions.sha256,
        submissions.received_at,
        case when submissions.has_counts then submissions.lines_read end as lines_read,
        case when submissions.has_counts then submissions.rows_accepted end
            as rows_accepted,
        case when submissions.has_counts then submissions.rows_set_aside end
            as rows_set_aside,
        case when submissions.has_counts then submissions.rows_duplicate end
            as rows_duplicate,
        case when submissions.has_counts then submissions.rows_passed_over end
            as rows_passed_over,
        submissions.submission_status as status,
        coalesce(submissions.reason_code, outside.reason_code) as reason_code,
        coalesce(submissions.reason, outside.reason) as reason,
        submissions.superseded_by,
        submissions.is_in_landing,
        submissions.records_removed_on

    from submissions

    left join pcts
        on submissions.pct_code = pcts.pct_code

    left join outside
        on submissions.file_id = outside.file_id

)

select * from described
