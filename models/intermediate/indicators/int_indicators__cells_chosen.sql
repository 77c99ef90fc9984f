{#-
    One row per indicator, definition, authority and period, before years are made out
    of quarters: the figure that stands among what the indicator's own extract, the
    borough's return and the DfE's publications say. The extract's figure comes first;
    where it is absent the return's stands, then the DfE's, and `source_extract` says so.
-#}

with

expected as (

    select * from {{ ref('int_indicators__cells_expected') }}

),

-- whether an indicator has an extract of its own beside the return
indicators as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        extracts.extract is not null as has_own_extract

    from {{ ref('indicators') }} as indicators

    left join {{ ref('extracts') }} as extracts
        on
            indicators.extract = extracts.extract
            and extracts.extract <> 'lscb_return'

),

extract_cells as (

    select * from {{ ref('int_indicators__extract_cells') }}

),

return_cells as (

    select * from {{ ref('int_boroughs__indicator_cells') }}

),

statistic_cells as (

    select * from {{ ref('int_dfe__indicator_cells') }}

),

senders as (

    select * from {{ ref('int_senders') }}

    where extract = 'lscb_return'

),

blocks as (

    select * from {{ ref('int_blocks') }}

    where extract = 'lscb_return'

),

periods as (

    select * from {{ ref('dim_periods') }}

),

-- what a return that holds nothing for the cell says of it: silence, or a refusal where
-- the indicator is the return's own
return_silences as (

    select
        expected.indicator_id,
        expected.definition_version,
        expected.area_code,
        expected.period_id,

        case
            when
                blocks.block_status in ('refused', 'not_available')
                and not indicators.has_own_extract
                then blocks.block_status
            when blocks.block_status in ('reported', 'refused', 'not_available')
                then 'not_submitted'
            when {{ is_due('expected.end_date', 'senders.due_days') }}
                then 'not_submitted'
            else 'not_due'
        end as cell_status

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

),

candidates as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        1 as source_rank,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        direct_value,
        extra_events

    from extract_cells

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        2 as source_rank,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        cast(null as double) as direct_value,
        0.0e0 as extra_events

    from return_cells

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        3 as source_rank,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        cast(null as double) as direct_value,
        0.0e0 as extra_events

    from statistic_cells

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        cast(null as string) as source_extract,
        4 as source_rank,
        cell_status,
        cast(null as double) as numerator,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        cast(null as double) as denominator,
        cast(null as double) as direct_value,
        0.0e0 as extra_events

    from return_silences

),

judged as (

    select
        candidates.*,
        case
            when {{ status_is('candidates.cell_status', 'answer') }} then 1
            when indicators.has_own_extract and candidates.source_rank = 1 then 2
            when not indicators.has_own_extract and candidates.source_rank in (2, 3)
                then 3
            else 4
        end as weight

    from candidates

    inner join indicators
        on
            candidates.indicator_id = indicators.indicator_id
            and candidates.definition_version = indicators.definition_version

),

ranked as (

    select
        judged.*,

        row_number() over (
            partition by indicator_id, definition_version, area_code, period_id
            order by weight asc, source_rank asc
        ) as preference

    from judged

),

chosen as (

    select
        ranked.indicator_id,
        ranked.definition_version,
        ranked.area_code,
        ranked.period_id,
        periods.period_type,
        periods.end_date,
        periods.year_period_id,
        periods.mid_year,
        ranked.source_extract,
        ranked.source_rank,

        case
            when coalesce(expected.is_exception, false) then 'not_applicable'
            when coalesce(expected.is_undefined, false) then 'not_defined'
            else ranked.cell_status
        end as cell_status,

        ranked.numerator,
        ranked.numerator_low,
        ranked.numerator_high,
        ranked.denominator,
        ranked.direct_value,

        -- a return that stands in for the extract speaks for the whole borough
        case when ranked.source_rank in (2, 3) then 0.0e0 else ranked.extra_events end
            as extra_events

    from ranked

    inner join periods
        on ranked.period_id = periods.period_id

    left join expected
        on
            ranked.indicator_id = expected.indicator_id
            and ranked.definition_version = expected.definition_version
            and ranked.area_code = expected.area_code
            and ranked.period_id = expected.period_id

    where ranked.preference = 1

),

cleared as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        period_type,
        end_date,
        year_period_id,
        mid_year,
        source_rank,
        cell_status,
        extra_events,

        case
            when not {{ status_is('cell_status', 'void') }}
                then source_extract
        end as source_extract,
        case
            when not {{ status_is('cell_status', 'void') }}
                then numerator
        end as numerator,
        case
            when not {{ status_is('cell_status', 'void') }}
                then numerator_low
        end as numerator_low,
        case
            when not {{ status_is('cell_status', 'void') }}
                then numerator_high
        end as numerator_high,
        case
            when not {{ status_is('cell_status', 'void') }}
                then denominator
        end as denominator,
        case
            when not {{ status_is('cell_status', 'void') }}
                then direct_value
        end as direct_value

    from chosen

)

select * from cleared
