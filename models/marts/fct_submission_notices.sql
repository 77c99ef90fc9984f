{#-
    One row per remark about a file that set nothing aside: extra columns, residents of
    other places, texts counted under "other", dashes that may mean nil, and periods
    outside the calendar, which landing does not judge.
-#}

with

notices as (

    select
        file_id,
        column_name,
        notice_code,
        occurrences

    from {{ ref('stg_ledger__notices') }}

    union all

    select
        file_id,
        cast(null as string) as column_name,
        'period_outside_calendar' as notice_code,
        occurrences

    from {{ ref('int_files_outside_calendar') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

    where has_counts

),

reason_codes as (

    select * from {{ ref('reason_codes') }}

),

explained as (

    select
        submissions.file_id,
        submissions.file_name,
        submissions.sha256,
        submissions.extract,
        submissions.submitter_code as submitter,
        submissions.period_id,
        notices.column_name,
        notices.notice_code,
        notices.occurrences,

        replace(
            replace(
                reason_codes.message,
                '{column}',
                coalesce(notices.column_name, 'the file')
            ),
            '{occurrences}',
            cast(notices.occurrences as string)
        ) as message,

        replace(
            reason_codes.what_to_do,
            '{column}',
            coalesce(notices.column_name, 'the file')
        ) as what_to_do

    from notices

    inner join submissions
        on notices.file_id = submissions.file_id

    inner join reason_codes
        on notices.notice_code = reason_codes.reason_code

)

select * from explained
