{#-
    One row per file of a record-level extract or return: what its profiles say of its
    dates, ages and digits, beside what a file of its size would show by chance.
-#}

with

profiles as (

    select * from {{ ref('int_quality__profiles') }}

),

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

periods as (

    select * from {{ ref('dim_periods') }}

),

days as (

    select
        file_id,
        cast(bucket as date) as event_date,
        row_count,
        lead(cast(bucket as date)) over (
            partition by file_id
            order by cast(bucket as date)
        ) as next_date

    from profiles

    where profile = 'day' and bucket is not null

),

gaps as (

    -- a file that came before the period was over ends with the day before it came
    select
        days.file_id,
        sum(days.row_count) as dated_rows,
        count(*) as days_with_rows,
        max(
            {{ days_between(
                'days.event_date',
                "coalesce(days.next_date, least("
                ~ add_days('periods.end_date', 1)
                ~ ", coalesce(submissions.received_date, "
                ~ add_days('periods.end_date', 1)
                ~ ")))"
            ) }} - 1
        ) as longest_gap,
        {{ days_between('min(periods.start_date)', 'min(days.event_date)') }}
            as days_before_first,
        {{ days_between('min(periods.start_date)', 'min(periods.end_date)') }} + 1
            as days_in_period

    from days

    inner join submissions
        on days.file_id = submissions.file_id

    inner join periods
        on submissions.period_id = periods.period_id

    group by days.file_id

),

last_days as (

    select
        file_id,
        max(event_date) as last_date

    from days

    group by file_id

),

passed_days as (

    -- days with records in months that a later month of the file follows: the last
    -- month may have been cut short, and one day's records came together
    select
        days.file_id,
        count(*) as days_in_passed_months,
        max(extract(day from days.event_date)) as last_day_in_passed_months

    from days

    inner join last_days
        on days.file_id = last_days.file_id

    where
        date_trunc('month', days.event_date) < date_trunc('month', last_days.last_date)

    group by days.file_id

),

shares as (

    select
        file_id,
        sum(case when profile = 'day_of_month' then row_count else 0 end) as day_rows,
        max(case when profile = 'day_of_month' then cast(bucket as integer) end)
            as last_day_of_month,
        sum(case
            when profile = 'day_of_month' and bucket = '1' then row_count
            else 0
        end) as first_of_month_rows,
        max(case when profile = 'weekday' then row_count end) as busiest_weekday_rows,
        sum(case
            when profile = 'final_digit' and bucket <> 'below 20' then row_count
            else 0
        end) as digit_rows,
        sum(case
            when profile = 'final_digit' and bucket in ('0', '5') then row_count
            else 0
        end) as rounded_rows,
        sum(case
            when profile = 'order' and bucket <> 'in order' then row_count
            else 0
        end) as disordered_rows,
        max(case when profile = 'order' then 1 else 0 end) = 1 as has_order

    from profiles

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
        shares.day_rows,
        shares.last_day_of_month,
        coalesce(passed_days.days_in_passed_months, 0) as days_in_passed_months,
        passed_days.last_day_in_passed_months,

        -- twelve days of 28: how unlikely that none of the others falls to a later one
        coalesce(passed_days.days_in_passed_months, 0) * log10(28.0e0 / 12.0e0)
            as early_days_surprise,
        shares.first_of_month_rows,
        shares.busiest_weekday_rows,
        shares.digit_rows,
        shares.rounded_rows,
        shares.disordered_rows,
        shares.has_order,
        gaps.dated_rows,
        gaps.days_in_period,
        greatest(gaps.longest_gap, gaps.days_before_first) as longest_gap,

        -- records a day on the days that have any: what a day without them is odd for
        cast(gaps.dated_rows as double)
        / nullif(
            gaps.days_in_period
            - greatest(gaps.longest_gap, gaps.days_before_first), 0
        ) as rows_a_day,

        {{ count_departure(
            'shares.first_of_month_rows', 'shares.day_rows * 12.0e0 / 365.25e0'
        ) }} as first_of_month_departure,
        {{ count_departure('shares.busiest_weekday_rows', 'shares.day_rows / 7.0e0') }}
            as weekday_departure,
        {{ count_departure('shares.rounded_rows', 'shares.digit_rows / 5.0e0') }}
            as rounding_departure

    from submissions

    inner join shares
        on submissions.file_id = shares.file_id

    left join gaps
        on submissions.file_id = gaps.file_id

    left join passed_days
        on submissions.file_id = passed_days.file_id

)

select * from described
