{#-
    One row per standing block of an extract that comes period by period: how many
    records it holds, and how many its own other blocks lead to expect.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

extracts as (

    select * from {{ ref('extracts') }}

    where due_days is not null

),

periods as (

    select * from {{ ref('dim_periods') }}

),

blocks as (

    select
        submissions.file_id,
        submissions.extract,
        submissions.submitter_code,
        submissions.area_code,
        submissions.period_id,
        periods.period_type,
        submissions.lines_read,
        cast(submissions.rows_accepted + submissions.rows_set_aside as double)
            as records,
        submissions.rows_set_aside,
        submissions.rows_duplicate

    from submissions

    inner join extracts
        on submissions.extract = extracts.extract

    inner join periods
        on submissions.period_id = periods.period_id

),

counterparts as (

    select
        blocks.file_id,
        count(*) as own_blocks,
        median(counterparts.records) as expected_records

    from blocks

    inner join blocks as counterparts
        on
            blocks.extract = counterparts.extract
            and blocks.submitter_code = counterparts.submitter_code
            and blocks.period_type = counterparts.period_type
            and blocks.file_id <> counterparts.file_id

    group by blocks.file_id

),

departures as (

    select
        blocks.*,
        counterparts.own_blocks,
        counterparts.expected_records,
        {{ count_departure('blocks.records', 'counterparts.expected_records') }}
            as departure

    from blocks

    left join counterparts
        on blocks.file_id = counterparts.file_id

),

scales as (

    select
        extract,
        period_type,
        {{ robust_scale('departure') }} as scale

    from departures

    where departure is not null

    group by extract, period_type

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
        departures.period_type,
        departures.lines_read,
        departures.records,
        departures.rows_set_aside,
        departures.rows_duplicate,
        departures.own_blocks,
        departures.expected_records,
        departures.departure / scales.scale as departure

    from departures

    left join scales
        on
            departures.extract = scales.extract
            and departures.period_type = scales.period_type

)

select * from described
