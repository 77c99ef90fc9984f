{#-
    One row per file that was ever in landing, with what became of it, what landing alone
    has seen of it (ages that do not fit the dates of birth, months whose order turns
    back, sheets that were not read, names of other authorities, boroughs of another
    force), how many agencies sent its bytes, how much of it lies outside the calendar,
    and how many years part its year from the nearest other year that anybody sent
    anything for.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

),

extracts as (

    select * from {{ ref('extracts') }}

),

noticed as (
    {%- set notices = {
        'ages_against_births': 'age_against_birth',
        'months_out_of_order': 'months_out_of_order',
        'sheets_unread': 'sheets_unread',
        'names_against_codes': 'name_against_code',
        'records_elsewhere': 'borough_elsewhere',
        'boroughs_elsewhere': 'boroughs_elsewhere',
    } %}

    select
        {%- for column, notice_code in notices.items() %}

            cast(
                sum(case when notice_code = '{{ notice_code }}' then occurrences end)
                as bigint
            ) as {{ column }},
        {%- endfor %}

        file_id

    from {{ ref('stg_ledger__notices') }}

    group by file_id

),

digests as (

    select
        submissions.file_id,
        submissions.extract,
        submissions.submitter_code,
        submissions.period_id,
        files.sha256

    from submissions

    inner join {{ ref('stg_ledger__files') }} as files
        on submissions.file_id = files.file_id

    -- what an agency sends of its own is nobody else's; a file without a line is none
    inner join extracts
        on
            submissions.extract = extracts.extract
            and extracts.submitter_kind <> 'fixed'

    where submissions.submission_status = 'accepted' and submissions.lines_read > 0

),

sent_alike as (

    select
        own.file_id,
        count(distinct twins.submitter_code) as senders_of_same_bytes

    from digests as own

    inner join digests as twins
        on
            own.extract = twins.extract
            and own.period_id = twins.period_id
            and own.sha256 = twins.sha256

    group by own.file_id

),

files_outside as (

    select * from {{ ref('int_files_outside_calendar') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

years_sent as (

    select distinct periods.mid_year

    from {{ ref('int_blocks') }} as blocks

    inner join extracts
        on
            blocks.extract = extracts.extract
            and not extracts.has_own_years

    inner join periods
        on blocks.period_id = periods.period_id

),

years_apart as (

    select
        years_sent.mid_year,
        min(abs(other_years.mid_year - years_sent.mid_year)) as years_to_next

    from years_sent

    inner join years_sent as other_years
        on years_sent.mid_year <> other_years.mid_year

    group by years_sent.mid_year

),

calendar as (

    select * from {{ ref('calendar') }}

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
        submissions.reason,
        submissions.lines_read,
        submissions.rows_set_aside,
        submissions.rows_duplicate,
        submissions.rows_accepted,
        coalesce(noticed.ages_against_births, 0) as ages_against_births,
        coalesce(noticed.months_out_of_order, 0) as months_out_of_order,
        coalesce(noticed.sheets_unread, 0) as sheets_unread,
        coalesce(noticed.names_against_codes, 0) as names_against_codes,
        coalesce(noticed.records_elsewhere, 0) as records_elsewhere,
        coalesce(noticed.boroughs_elsewhere, 0) as boroughs_elsewhere,
        submissions.serves_here,
        coalesce(sent_alike.senders_of_same_bytes, 1) as senders_of_same_bytes,
        coalesce(files_outside.occurrences, 0) as records_outside_calendar,
        coalesce(files_outside.is_whole, false) as is_outside_calendar,
        years_apart.years_to_next,
        coalesce(years_apart.years_to_next > calendar.longest_gap + 1, false)
            as stands_alone

    from submissions

    left join noticed
        on submissions.file_id = noticed.file_id

    left join sent_alike
        on submissions.file_id = sent_alike.file_id

    left join files_outside
        on submissions.file_id = files_outside.file_id

    left join periods
        on submissions.period_id = periods.period_id

    left join extracts
        on submissions.extract = extracts.extract

    left join years_apart
        on
            periods.mid_year = years_apart.mid_year
            and not extracts.has_own_years

    cross join calendar

)

select * from described
