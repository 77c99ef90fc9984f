{#-
    One row per indicator, definition, authority and period that a standing return
    holds. A mark, a blank and a figure set aside are three different things. Where an
    indicator knows several measures only the catalogue's own counts; where it knows
    none, a row without measure is the figure, and several rows of which each names one
    refuse each other: nobody can say which is the whole. Where the denominator is a
    population, the return's is kept beside the figure and not used.
-#}

with

returns as (

    select * from {{ ref('stg_boroughs__returns') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

    where extract = 'lscb_return'

),

indicators as (

    select * from {{ ref('indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

marks as (

    select * from {{ ref('int_marks') }}

    where extract = 'lscb_return'

),

held as (

    select
        returns.*,
        blocks.submitter_code as area_code,
        blocks.period_id,
        indicators.denominator_basis,
        indicators.measure_qualifier,
        coalesce(returns.measure, '') = coalesce(indicators.measure_qualifier, '')
            as is_own_measure,

        row_number() over (
            partition by
                returns.indicator_id,
                returns.definition_version,
                blocks.submitter_code,
                blocks.period_id
            order by
                case
                    when
                        coalesce(returns.measure, '')
                        = coalesce(indicators.measure_qualifier, '')
                        then 0
                    else 1
                end,
                returns.line_number
        ) as preference,

        count(*) over (
            partition by
                returns.indicator_id,
                returns.definition_version,
                blocks.submitter_code,
                blocks.period_id
        ) as rows_sent

    from returns

    inner join blocks
        on returns.file_id = blocks.file_id

    inner join indicators
        on
            returns.indicator_id = indicators.indicator_id
            and returns.definition_version = indicators.definition_version
            and indicators.definition_status <> 'not_defined'

    -- a record set aside for the wrong kind of period refuses no cell: there is none
    inner join periods
        on
            blocks.period_id = periods.period_id
            and concat('|', indicators.periods, '|')
            like concat('%|', periods.period_type, '|%')

),

read as (

    select
        held.indicator_id,
        held.definition_version,
        held.area_code,
        held.period_id,
        held.file_id,
        held.line_number,
        held.denominator_basis,
        held.numerator,
        held.denominator,
        held.sent_value,
        case
            when held.is_own_measure or held.measure_qualifier is not null then 1
            else held.rows_sent
        end as rows_for_cell,

        case
            when held.record_state = 'set_aside' then 'refused'
            when not held.is_own_measure and held.measure_qualifier is not null
                then 'not_available'
            when held.numerator is not null then 'reported'
            when numerator_marks.value_status is not null
                then numerator_marks.value_status
            else 'not_available'
        end as numerator_status,

        case
            when held.denominator_basis <> 'sent' then 'reported'
            -- nothing of another measure is the cell's, nor refuses it
            when not held.is_own_measure and held.measure_qualifier is not null
                then 'not_available'
            when {{ was_set_aside('held', 'denominator') }} then 'refused'
            when denominator_marks.value_status is not null
                then denominator_marks.value_status
            when coalesce(held.denominator, 0) = 0 then 'no_denominator'
            else 'reported'
        end as denominator_status,

        numerator_marks.low as numerator_low,
        numerator_marks.high as numerator_high

    from held

    left join marks as numerator_marks
        on held.numerator_mark = numerator_marks.mark

    left join marks as denominator_marks
        on held.denominator_mark = denominator_marks.mark

    where held.preference = 1

),

judged as (

    select
        read.*,

        case
            when
                rows_for_cell > 1
                or numerator_status = 'refused'
                or denominator_status = 'refused'
                then 'refused'
            when numerator_status <> 'reported' then numerator_status
            else denominator_status
        end as cell_status

    from read

),

cleared as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        'lscb_return' as source_extract,
        file_id,
        line_number,
        rows_for_cell,
        cell_status,

        case
            when {{ status_is('cell_status', 'whole', 'numerator') }} then numerator
        end as numerator,

        -- behind a suppressed denominator the numerator is known, and is its own bound
        case
            when cell_status <> 'suppressed_at_source' then null
            when numerator_status = 'reported' then numerator
            else cast(numerator_low as double)
        end as numerator_low,

        case
            when cell_status <> 'suppressed_at_source' then null
            when numerator_status = 'reported' then numerator
            else cast(numerator_high as double)
        end as numerator_high,

        case
            when
                denominator_basis = 'sent'
                and {{ status_is('cell_status', 'whole', 'divided') }}
                and denominator_status = 'reported'
                then denominator
        end as denominator,

        -- a return that stands in for the extract speaks for the whole borough
        cast(null as double) as direct_value,
        0.0e0 as extra_events,
        case when rows_for_cell = 1 then numerator end as sent_numerator,
        case when rows_for_cell = 1 then denominator end as sent_denominator,
        case when rows_for_cell = 1 then sent_value end as sent_value

    from judged

)

select * from cleared
