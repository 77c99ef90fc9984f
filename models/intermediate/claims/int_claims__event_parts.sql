{#-
    One row per indicator that counts records or published crime, authority and
    part-period (the extract's own: a month or a quarter), whoever sent it. Of records an
    authority is in when its own sender's block stands; an accepted block without an
    event is a zero, and events of an area whose sender is silent are kept apart, for the
    totals alone. Of published crime the month itself says how much of it is known.
-#}

with

cells as (

    select * from {{ ref('int_cells__expected') }}

    where period_type = 'quarter' and not is_exception

),

indicators as (

    select * from {{ ref('indicators') }}

),

extracts as (

    select
        extract,
        kind,
        case when kind = 'record' then period_types else 'month' end as part_type

    from {{ ref('extracts') }}

    where kind = 'record' or extract = 'mps_borough_crime'

),

senders as (

    select * from {{ ref('int_senders') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

blocks as (

    select blocks.*

    from {{ ref('int_blocks') }} as blocks

    inner join extracts
        on blocks.extract = extracts.extract and extracts.kind = 'record'

),

events as (

    select
        measure_id,
        area_code,
        part_period_id,
        cast(sum(events) as double) as events,
        cast(null as string) as part_status

    from {{ ref('int_measures_unioned') }}

    group by measure_id, area_code, part_period_id

    union all

    select
        measure_id,
        area_code,
        part_period_id,
        events,
        part_status

    from {{ ref('int_gla__borough_crime_counted') }}

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
        indicators.extract,
        extracts.kind

    from cells

    inner join indicators
        on
            cells.indicator_id = indicators.indicator_id
            and cells.definition_version = indicators.definition_version

    inner join extracts
        on indicators.extract = extracts.extract

    inner join periods
        on
            extracts.part_type = periods.period_type
            and periods.start_date between cells.start_date and cells.end_date

),

matched as (

    select
        parts.*,
        events.events,

        case
            when parts.kind <> 'record'
                then coalesce(events.part_status, 'not_submitted')
            when blocks.block_status is not null then blocks.block_status
            when {{ is_due('parts.end_date', 'senders.due_days') }} then 'not_submitted'
            else 'not_due'
        end as cell_status

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

),

judged as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        part_period_id,
        extract as source_extract,
        cell_status,

        case
            when kind <> 'record' then events
            when cell_status = 'reported' then coalesce(events, 0.0e0)
        end as numerator,

        case
            when kind = 'record' and cell_status <> 'reported'
                then coalesce(events, 0.0e0)
            else 0.0e0
        end as extra_events

    from matched

)

select * from judged
