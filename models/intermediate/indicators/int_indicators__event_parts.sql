{#-
    One row per indicator that a record-level extract gives, authority and part-period
    (the extract's own: a month or a quarter), whoever sent the records. An authority is
    in when its own sender's block stands; an accepted block without an event is a zero.
    Events of an area whose sender is silent are kept apart, for the totals alone.
-#}

with

cells as (

    select * from {{ ref('int_indicators__cells_expected') }}

    where period_type = 'quarter' and not is_exception

),

indicators as (

    select * from {{ ref('indicators') }}

),

extracts as (

    select * from {{ ref('extracts') }}

    where kind = 'record'

),

senders as (

    select * from {{ ref('int_senders') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

measures as (

    select * from {{ ref('int_measures_unioned') }}

),

events as (

    select
        measure_id,
        area_code,
        part_period_id,
        sum(events) as events

    from measures

    group by measure_id, area_code, part_period_id

),

parts as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id,
        periods.period_id as part_period_id,
        periods.end_date,
        indicators.numerator_measure_id,
        indicators.extract

    from cells

    inner join indicators
        on
            cells.indicator_id = indicators.indicator_id
            and cells.definition_version = indicators.definition_version

    inner join extracts
        on indicators.extract = extracts.extract

    inner join periods
        on
            extracts.period_types = periods.period_type
            and periods.start_date between cells.start_date and cells.end_date

),

judged as (

    select
        parts.indicator_id,
        parts.definition_version,
        parts.area_code,
        parts.period_id,
        parts.part_period_id,
        parts.extract as source_extract,

        case
            when blocks.block_status is not null then blocks.block_status
            when {{ is_due('parts.end_date', 'senders.due_days') }} then 'not_submitted'
            else 'not_due'
        end as cell_status,

        case
            when blocks.block_status = 'reported'
                then cast(coalesce(events.events, 0) as double)
        end as numerator,

        case
            when coalesce(blocks.block_status, 'absent') <> 'reported'
                then cast(coalesce(events.events, 0) as double)
            else 0.0e0
        end as extra_events

    from parts

    inner join senders
        on
            parts.extract = senders.extract
            and parts.area_code = senders.area_code

    left join blocks
        on
            senders.extract = blocks.extract
            and senders.submitter_code = blocks.submitter_code
            and parts.part_period_id = blocks.period_id

    left join events
        on
            parts.numerator_measure_id = events.measure_id
            and parts.area_code = events.area_code
            and parts.part_period_id = events.part_period_id

)

select * from judged
