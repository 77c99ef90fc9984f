{#-
    One row per file that was ever in landing, with what became of it, and how many of
    its ages do not fit the dates of birth, which landing alone has seen.
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
        coalesce(ages.ages_against_births, 0) as ages_against_births

    from submissions

    left join ages
        on submissions.file_id = ages.file_id

)

select * from described
