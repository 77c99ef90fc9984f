{#-
    One row per accepted line of a standing return: the figure that was sent beside what
    the borough's own numerator and denominator make, and the version of the definition
    beside the one in force.
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

worked_out as (

    select
        returns.indicator_id,
        returns.definition_version,
        blocks.submitter_code as area_code,
        blocks.period_id,
        returns.file_id,
        returns.line_number,

        returns.measure,
        returns.numerator,
        returns.denominator,
        returns.sent_value,
        returns.values_set_aside,
        indicators.value_type,
        indicators.plausible_low,
        indicators.plausible_high,
        indicators.denominator_basis,
        periods.period_type,
        periods.start_date,
        periods.end_date,
        cast(indicators.valid_from as date) as valid_from,
        cast(indicators.valid_to as date) as valid_to,
        cells.denominator as population,
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

),

described as (

    select
        worked_out.*,

        -- as printed: half a unit of the last of one decimal, or one in a hundred
        greatest(0.051e0, abs(value_worked_out) * 0.01e0) as rounding_allowed,
        {{ power_of_ten('sent_value', 'value_worked_out') }} as value_power

    from worked_out

)

select * from described
