{#-
    One row per accepted line of a standing return: the figure that was sent beside what
    the borough's own numerator and denominator make, and the version of the definition
    beside the one in force. `is_unknown_measure` says that the cell is taken from the
    line although it names a measure that the catalogue does not know.
-#}

with

returns as (

    select * from {{ ref('stg_boroughs__returns') }}

    where record_state = 'accepted'

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

cells as (

    select * from {{ ref('int_quality__cells') }}

),

return_cells as (

    select * from {{ ref('int_claims__returns') }}

),

worked_out as (

    select
        returns.indicator_id,
        returns.definition_version,
        blocks.submitter_code as area_code,
        blocks.period_id,
        returns.file_id,
        returns.line_number,

        -- a word of the catalogue may be told, and never what a sender wrote
        case
            when returns.measure = indicators.measure_qualifier then returns.measure
        end as measure,
        returns.numerator,
        returns.denominator,
        returns.sent_value,
        returns.values_set_aside,
        returns.counts_with_percent,
        return_cells.rows_for_cell,
        returns.measure is not null
        and indicators.measure_qualifier is null
        and coalesce(return_cells.line_number = returns.line_number, false)
            as is_unknown_measure,
        indicators.value_type,
        indicators.is_estimate,
        indicators.plausible_low,
        indicators.plausible_high,
        indicators.denominator_basis,
        periods.period_type,
        periods.start_date,
        periods.end_date,
        cast(indicators.valid_from as date) as valid_from,
        cast(indicators.valid_to as date) as valid_to,
        cells.denominator as population,
        cells.own_periods,
        cells.own_numerator,
        cells.own_denominator,
        cells.numerator_power,
        cells.denominator_power,
        cells.numerator_departure,
        cells.denominator_departure,
        case
            when indicators.value_type = 'count' then returns.numerator
            when
                indicators.denominator_basis = 'population'
                and cells.denominator is not null
                then
                    indicators.multiplier
                    * returns.numerator
                    / nullif(cells.denominator, 0)
            else
                indicators.multiplier
                * returns.numerator
                / nullif(returns.denominator, 0)
        end as value_worked_out,

        count(*) over (
            partition by returns.file_id, returns.indicator_id, returns.measure
        ) as versions_in_file

    from returns

    inner join blocks
        on returns.file_id = blocks.file_id

    inner join indicators
        on
            returns.indicator_id = indicators.indicator_id
            and returns.definition_version = indicators.definition_version

    inner join periods
        on blocks.period_id = periods.period_id

    left join cells
        on
            returns.indicator_id = cells.indicator_id
            and returns.definition_version = cells.definition_version
            and blocks.submitter_code = cells.area_code
            and blocks.period_id = cells.period_id

    left join return_cells
        on
            returns.indicator_id = return_cells.indicator_id
            and returns.definition_version = return_cells.definition_version
            and returns.file_id = return_cells.file_id

),

described as (

    select
        worked_out.*,

        -- as printed: half a unit of the last of one decimal, or one in a hundred
        greatest(0.051e0, abs(value_worked_out) * 0.01e0) as rounding_allowed,
        {{ power_of_ten('sent_value', 'value_worked_out') }} as value_power,

        -- what the numbers make with the point put back where it usually stands, and
        -- how far that may lie off: half a unit of one decimal, or the digit lost
        case
            when numerator_power is not null
                then value_worked_out / power(10.0e0, numerator_power)
            when denominator_power is not null
                then value_worked_out * power(10.0e0, denominator_power)
        end as value_restored,
        case
            when numerator_power < 0 then 1.0e0 / greatest(numerator, 1.0e0)
            when denominator_power < 0 then 1.0e0 / greatest(denominator, 1.0e0)
            else 0.0e0
        end as share_lost

    from worked_out

),

witnessed as (

    -- in how many other periods the value that was sent is what its numbers make
    select
        described.file_id,
        described.line_number,
        count(case
            when
                abs(counterparts.sent_value - counterparts.value_worked_out)
                <= counterparts.rounding_allowed
                then 1
        end) as periods_agreeing,
        count(case when counterparts.value_power is not null then 1 end)
            as periods_slipped

    from described

    inner join described as counterparts
        on
            described.indicator_id = counterparts.indicator_id
            and described.definition_version = counterparts.definition_version
            and described.area_code = counterparts.area_code
            and described.period_type = counterparts.period_type
            and coalesce(described.measure, '') = coalesce(counterparts.measure, '')
            and described.period_id <> counterparts.period_id

    where described.value_power is not null

    group by described.file_id, described.line_number

),

told as (

    select
        described.*,
        coalesce(witnessed.periods_agreeing, 0) as periods_agreeing,
        coalesce(witnessed.periods_slipped, 0) as periods_slipped

    from described

    left join witnessed
        on
            described.file_id = witnessed.file_id
            and described.line_number = witnessed.line_number

)

select * from told
