{#-
    One row per remark about a file that set nothing aside: extra columns, residents of
    other places, texts counted under "other", dashes that may mean nil, and periods
    outside the calendar, which landing does not judge. Of a publication also rows that
    feed nothing for their period alone, and figures that are not taken.
-#}

with

statistics as (

    select
        file_id,
        max(
            case
                when
                    statistic like '%percent%'
                    or statistic like '%!_pct%' escape '!'
                    or statistic like 'pct!_%' escape '!'
                    or statistic like '%!_rate%' escape '!'
                    then 1
                else 0
            end
        ) as has_percentages

    from {{ ref('stg_dfe__statistics') }}

    group by file_id

),

ranked as (

    select distinct file_id

    from {{ ref('int_dfe__statistics_ranked') }}

),

-- rows of which a figure would be taken if their period were written otherwise
unread_periods as (

    select
        statistics_sent.file_id,
        count(distinct statistics_sent.line_number) as row_count

    from {{ ref('stg_dfe__statistics') }} as statistics_sent

    inner join {{ ref('statistic_columns') }} as statistic_columns
        on
            statistics_sent.statistic = statistic_columns.statistic
            and (
                statistic_columns.filters is null
                or concat(';', lower(statistics_sent.filters), ';')
                like concat('%;', lower(statistic_columns.filters), ';%')
            )

    left join {{ ref('int_dfe__statistics_ranked') }} as read_rows
        on
            statistics_sent.file_id = read_rows.file_id
            and statistics_sent.line_number = read_rows.line_number

    where
        statistics_sent.record_state = 'accepted'
        and read_rows.file_id is null

    group by statistics_sent.file_id

),

claims as (

    select
        file_id,
        count(case when rows_for_cell = 0 then 1 end) as parts_alone,
        count(case when rows_for_cell > 1 then 1 end) as claimed_twice

    from {{ ref('int_dfe__statistics_current') }}

    group by file_id

),

-- what the mapping says of a publication, landing cannot
publications as (

    select
        submissions.file_id,
        statistics.has_percentages,
        ranked.file_id is not null as feeds_something,
        coalesce(unread_periods.row_count, 0) as unread_periods,
        coalesce(claims.parts_alone, 0) as parts_alone,
        coalesce(claims.claimed_twice, 0) as claimed_twice

    from {{ ref('int_submissions') }} as submissions

    left join statistics
        on submissions.file_id = statistics.file_id

    left join ranked
        on submissions.file_id = ranked.file_id

    left join unread_periods
        on submissions.file_id = unread_periods.file_id

    left join claims
        on submissions.file_id = claims.file_id

    where
        submissions.extract = 'ees_statistics'
        and submissions.submission_status = 'accepted'
        and submissions.records_removed_on is null

),

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
        -- a file without a record lies outside as well
        greatest(occurrences, 1) as occurrences

    from {{ ref('int_files_outside_calendar') }}

    union all

    select
        file_id,
        cast(null as string) as column_name,
        case when has_percentages = 1 then 'percentages_alone' else 'feeds_nothing' end
            as notice_code,
        1 as occurrences

    from publications

    where not feeds_something

    union all

    select
        file_id,
        cast(null as string) as column_name,
        'period_form_unknown' as notice_code,
        unread_periods as occurrences

    from publications

    where feeds_something and unread_periods > 0

    union all

    select
        file_id,
        cast(null as string) as column_name,
        'parts_without_total' as notice_code,
        parts_alone as occurrences

    from publications

    where parts_alone > 0

    union all

    select
        file_id,
        cast(null as string) as column_name,
        'cell_claimed_twice' as notice_code,
        claimed_twice as occurrences

    from publications

    where claimed_twice > 0

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
