{#-
    One row per cell that the catalogue expects: what a return that holds nothing for it
    says of it. That is silence, or a refusal where the indicator is the return's own and
    the whole return was refused.
-#}

with

expected as (

    select * from {{ ref('int_cells__expected') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

senders as (

    select * from {{ ref('int_senders') }}

    where extract = 'lscb_return'

),

blocks as (

    select * from {{ ref('int_blocks') }}

    where extract = 'lscb_return'

),

silences as (

    select
        expected.indicator_id,
        expected.definition_version,
        expected.area_code,
        expected.period_id,
        cast(null as string) as source_extract,

        case
            when
                blocks.block_status <> 'reported'
                and coalesce(indicators.extract, 'lscb_return') = 'lscb_return'
                then blocks.block_status
            when blocks.block_status is not null then 'not_submitted'
            when {{ is_due('expected.end_date', 'senders.due_days') }}
                then 'not_submitted'
            else 'not_due'
        end as cell_status,

        cast(null as double) as numerator,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        cast(null as double) as denominator,
        cast(null as double) as direct_value,
        0.0e0 as extra_events

    from expected

    inner join senders
        on expected.area_code = senders.area_code

    inner join indicators
        on
            expected.indicator_id = indicators.indicator_id
            and expected.definition_version = indicators.definition_version

    left join blocks
        on
            expected.area_code = blocks.submitter_code
            and expected.period_id = blocks.period_id

)

select * from silences
