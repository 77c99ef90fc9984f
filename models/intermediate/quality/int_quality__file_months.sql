{#-
    One row per file of records that spans several months, and month: its records beside
    those of the sender's other months, moved as all senders moved in that month, and
    beside the other months of the same file.
-#}

with

profiles as (

    select * from {{ ref('int_quality__profiles') }}

    where profile = 'month' and bucket is not null

),

files as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

periods as (

    select * from {{ ref('dim_periods') }}

),

profiled as (

    select
        file_id,
        sum(row_count) as file_rows

    from profiles

    group by file_id

),

months as (

    select
        files.file_id,
        files.extract,
        files.submitter_code,
        files.area_code,
        files.period_id,
        months.period_id as month_period_id,
        months.period_label as month_label,
        profiled.file_rows,
        cast(coalesce(profiles.row_count, 0) as double) as row_count,
        count(*) over (partition by files.file_id) as file_months

    from files

    inner join profiled
        on files.file_id = profiled.file_id

    inner join periods
        on files.period_id = periods.period_id

    inner join periods as months
        on
            months.period_type = 'month'
            and months.start_date between periods.start_date and periods.end_date

    left join profiles
        on
            files.file_id = profiles.file_id
            and months.start_date = cast(profiles.bucket as date)

),

own as (

    select
        months.file_id,
        months.month_period_id,
        count(*) as own_months,
        median(counterparts.row_count) as own_rows

    from months

    inner join months as counterparts
        on
            months.extract = counterparts.extract
            and months.submitter_code = counterparts.submitter_code
            and months.month_period_id <> counterparts.month_period_id

    where months.file_months > 1

    group by months.file_id, months.month_period_id

),

seasons as (

    select
        months.extract,
        months.month_period_id,
        greatest(0.5e0, least(2.0e0, median(
            months.row_count / own.own_rows
        ))) as season

    from months

    inner join own
        on
            months.file_id = own.file_id
            and months.month_period_id = own.month_period_id

    where own.own_rows >= 5

    group by months.extract, months.month_period_id

    having count(*) >= 8

),

expected as (

    select
        months.*,
        own.own_months,
        own.own_rows * coalesce(seasons.season, 1.0e0) as expected_rows,
        (months.file_rows - months.row_count) / (months.file_months - 1)
            as other_months_rows

    from months

    inner join own
        on
            months.file_id = own.file_id
            and months.month_period_id = own.month_period_id

    left join seasons
        on
            months.extract = seasons.extract
            and months.month_period_id = seasons.month_period_id

),

departures as (

    select
        expected.*,
        {{ count_departure('row_count', 'expected_rows') }} as departure

    from expected

),

scales as (

    select
        extract,
        {{ robust_scale('departure') }} as scale

    from departures

    group by extract

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        departures.area_code,
        departures.period_id,
        departures.file_id,
        cast(null as bigint) as line_number,

        departures.extract,
        departures.submitter_code,
        departures.month_period_id,
        departures.month_label,
        departures.file_months,
        departures.own_months,
        departures.row_count,
        departures.expected_rows,
        departures.other_months_rows,
        departures.departure / scales.scale as deviations

    from departures

    inner join scales
        on departures.extract = scales.extract

)

select * from described
