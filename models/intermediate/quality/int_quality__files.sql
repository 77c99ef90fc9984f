{#-
    One row per file that was ever in landing, with what became of it, how many of its
    ages do not fit the dates of birth, which landing alone has seen, and how much of it
    lies outside the calendar.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

),

ages as (

    select
        file_id,
        cast(sum(occurrences) as bigint) as ages_against_births

    from {{ ref('stg_ledger__notices') }}

    where notice_code = 'age_against_birth'

    group by file_id

),

files_outside as (

    select * from {{ ref('int_files_outside_calendar') }}

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
        submissions.submitter_code,
        submissions.submission_status,
        submissions.reason_code,
        submissions.lines_read,
        submissions.rows_set_aside,
        submissions.rows_duplicate,
        submissions.rows_accepted,
        coalesce(ages.ages_against_births, 0) as ages_against_births,
        coalesce(files_outside.occurrences, 0) as records_outside_calendar,
        coalesce(files_outside.is_whole, false) as is_outside_calendar

    from submissions

    left join ages
        on submissions.file_id = ages.file_id

    left join files_outside
        on submissions.file_id = files_outside.file_id

)

select * from described
