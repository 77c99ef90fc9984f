{#-
    One row per indicator, authority and period that the catalogue expects of an agency:
    when it was due, when it came, and how it stands. Late is judged by the first file
    of a block that was not refused, early by the file that stands. Nothing is missing
    before the last of its blocks is due, unless what came does not hold it.
-#}

with

parts as (

    select * from {{ ref('int_coverage__blocks_expected') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

received as (

    select
        parts.indicator_id,
        parts.definition_version,
        parts.area_code,
        parts.period_id,
        max(parts.extract) as extract,
        min(parts.submitter_code) as submitter,
        max(parts.due_date) as due_date,
        cast(max(blocks.received_at) as date) as received_date,
        count(*) as blocks_expected,
        count(*) filter (where blocks.block_status <> 'refused') as blocks_in,
        count(*) filter (where blocks.block_status = 'refused') as blocks_refused,
        count(*) filter (
            where blocks.block_status <> 'refused'
            and cast(blocks.received_at as date) > parts.due_date
        ) as blocks_late,
        count(*) filter (
            where cast(blocks.standing_received_at as date) <= parts.part_end_date
        ) as blocks_early

    from parts

    left join blocks
        on
            parts.extract = blocks.extract
            and parts.submitter_code = blocks.submitter_code
            and parts.part_period_id = blocks.period_id

    group by
        parts.indicator_id,
        parts.definition_version,
        parts.area_code,
        parts.period_id

),

judged as (

    select
        received.indicator_id,
        received.definition_version,
        received.area_code,
        received.period_id,
        received.extract,
        received.submitter,
        received.due_date,
        received.received_date,
        cast(received.blocks_expected as bigint) as blocks_expected,
        cast(received.blocks_in as bigint) as blocks_in,
        received.blocks_early > 0 as is_early,

        case
            when
                received.blocks_in = received.blocks_expected
                and indicator_values.value_status = 'partial'
                then 'partial'
            when
                received.blocks_in = received.blocks_expected
                and indicator_values.value_status = 'not_submitted'
                then 'missing'
            when
                received.blocks_in = received.blocks_expected
                and received.blocks_late > 0
                then 'late'
            when received.blocks_in = received.blocks_expected then 'on time'
            when received.blocks_in > 0 then 'partial'
            when received.blocks_refused > 0 then 'refused'
            when received.due_date < {{ as_of() }} then 'missing'
            else 'not due'
        end as coverage_status

    from received

    inner join indicator_values
        on
            received.indicator_id = indicator_values.indicator_id
            and received.definition_version = indicator_values.definition_version
            and received.area_code = indicator_values.area_code
            and received.period_id = indicator_values.period_id

)

select * from judged
