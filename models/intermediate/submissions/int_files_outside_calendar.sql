{#-
    One row per file that holds something of a period outside the calendar, with how many
    of its records or published figures lie there. They are in the lake and the ledger,
    and count nowhere. A file of any other extract than published statistics is of one
    period, and lies outside as a whole.
-#}

with

submissions as (

    select * from {{ ref('int_submissions') }}

    where has_counts

),

extracts as (

    select * from {{ ref('extracts') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

whole_files as (

    select
        submissions.file_id,
        submissions.rows_accepted as occurrences,
        true as is_whole

    from submissions

    inner join extracts
        on
            submissions.extract = extracts.extract
            and extracts.kind <> 'published'

    left join periods
        on submissions.period_id = periods.period_id

    where periods.period_id is null

),

crime_months as (

    select
        borough_crime.file_id,
        count(*) as occurrences,
        false as is_whole

    from {{ ref('stg_gla__borough_crime') }} as borough_crime

    left join periods
        on
            borough_crime.month_start_date = periods.start_date
            and periods.period_type = 'month'

    where
        periods.period_id is null
        and coalesce(
            cast(borough_crime.offences as string), borough_crime.offences_mark
        ) is not null

    group by borough_crime.file_id

),

statistics as (

    select
        published_statistics.file_id,
        count(
            distinct concat(
                cast(published_statistics.line_number as string),
                ' ',
                published_statistics.statistic
            )
        ) as occurrences,
        false as is_whole

    from {{ ref('int_dfe__statistics_current') }} as published_statistics

    left join periods
        on published_statistics.period_id = periods.period_id

    where periods.period_id is null and published_statistics.period_id is not null

    group by published_statistics.file_id

),

published_files as (

    select * from crime_months

    union all

    select * from statistics

),

outside as (

    select * from whole_files

    union all

    select
        published_files.file_id,
        published_files.occurrences,
        published_files.is_whole

    from published_files

    inner join submissions
        on published_files.file_id = submissions.file_id

),

described as (

    select
        file_id,
        cast(occurrences as bigint) as occurrences,
        is_whole

    from outside

)

select * from described
