{#-
    One row per figure that an agency sent for a cell (indicator, definition, authority
    and period), before years and totals are made of them: beside it what its catalogue,
    its own other periods and the other authorities in the same period lead to expect.
    A break of the series parts a borough's periods: none is measured by those before it.
-#}

with

chosen as (

    select * from {{ ref('int_cells__claimed') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

populations as (

    select * from {{ ref('int_ons__populations_current') }}

),

breaks as (

    select * from {{ ref('indicator_breaks') }}

),

return_lines as (

    select * from {{ ref('int_claims__returns') }}

),

segments as (

    -- how many breaks lie before a period: periods of one number make one series
    select
        indicators.indicator_id,
        periods.period_id,
        count(distinct breaks.break_date) as segment

    from indicators

    cross join periods

    left join breaks
        on
            indicators.indicator_id = breaks.indicator_id
            and periods.start_date >= breaks.break_date

    group by indicators.indicator_id, periods.period_id

),

figures as (

    select
        chosen.indicator_id,
        chosen.definition_version,
        chosen.area_code,
        chosen.period_id,
        return_lines.file_id,
        return_lines.line_number,

        chosen.period_type,
        chosen.end_date,
        chosen.year_period_id,
        chosen.source_extract,
        chosen.cell_status,
        segments.segment,
        indicators.value_type,
        indicators.numerator_is_part,
        indicators.denominator_basis,
        indicators.multiplier,
        indicators.additive_over_time,
        indicators.range_basis,
        indicators.plausible_low,
        indicators.plausible_high,
        chosen.numerator,
        case
            when indicators.denominator_basis = 'population' then populations.persons
            else chosen.denominator
        end as denominator,
        chosen.direct_value,

        -- what the count is taken of: its denominator, of a bare count the children
        case indicators.denominator_basis
            when 'sent' then chosen.denominator
            when 'population' then populations.persons
            else children.persons
        end as exposure,

        -- a borough's own periods are measured by counts alone: a population that is
        -- wrong must not make its figures look wrong
        case
            when indicators.denominator_basis = 'sent' then chosen.denominator
            else 1.0e0
        end as own_exposure,
        children.persons as children

    from chosen

    inner join indicators
        on
            chosen.indicator_id = indicators.indicator_id
            and chosen.definition_version = indicators.definition_version

    inner join segments
        on
            chosen.indicator_id = segments.indicator_id
            and chosen.period_id = segments.period_id

    left join populations
        on
            indicators.denominator_basis = 'population'
            and chosen.area_code = populations.area_code
            and chosen.mid_year = populations.mid_year
            and indicators.population_age_band = populations.age_band

    left join populations as children
        on
            chosen.area_code = children.area_code
            and chosen.mid_year = children.mid_year
            and children.age_band = '0-17'

    left join return_lines
        on
            chosen.source_extract = 'lscb_return'
            and chosen.indicator_id = return_lines.indicator_id
            and chosen.definition_version = return_lines.definition_version
            and chosen.area_code = return_lines.area_code
            and chosen.period_id = return_lines.period_id

    where
        chosen.cell_status = 'reported'
        and coalesce(chosen.numerator, chosen.direct_value) is not null

),

own as (

    -- the borough's other periods, this one left out: it must not vouch for itself
    select
        figures.indicator_id,
        figures.definition_version,
        figures.area_code,
        figures.period_id,
        count(*) as own_periods,
        median(counterparts.numerator) as own_numerator,
        median(counterparts.denominator) as own_denominator,
        median(counterparts.numerator / nullif(counterparts.own_exposure, 0))
            as own_rate,
        median(counterparts.direct_value) as own_direct_value

    from figures

    inner join figures as counterparts
        on
            figures.indicator_id = counterparts.indicator_id
            and figures.definition_version = counterparts.definition_version
            and figures.area_code = counterparts.area_code
            and figures.period_type = counterparts.period_type
            and figures.segment = counterparts.segment
            and figures.period_id <> counterparts.period_id

    group by
        figures.indicator_id,
        figures.definition_version,
        figures.area_code,
        figures.period_id

),

peers as (

    select
        indicator_id,
        definition_version,
        period_id,
        count(*) as peer_areas,
        median(numerator / nullif(exposure, 0)) as peer_rate,
        median(denominator / nullif(children, 0)) as peer_denominator_rate,
        median(direct_value) as peer_direct_value

    from figures

    group by indicator_id, definition_version, period_id

),

seasons as (

    -- what moves all boroughs alike in a period is no fault of one of them
    select
        figures.indicator_id,
        figures.definition_version,
        figures.period_id,
        greatest(0.5e0, least(2.0e0, coalesce(median(
            figures.numerator / nullif(own.own_rate * figures.own_exposure, 0)
        ), 1.0e0))) as season

    from figures

    inner join own
        on
            figures.indicator_id = own.indicator_id
            and figures.definition_version = own.definition_version
            and figures.area_code = own.area_code
            and figures.period_id = own.period_id

    where own.own_numerator >= 5

    group by
        figures.indicator_id,
        figures.definition_version,
        figures.period_id

),

expected as (

    select
        figures.*,
        coalesce(own.own_periods, 0) as own_periods,
        own.own_numerator,
        own.own_denominator,
        own.own_direct_value,
        own.own_rate * figures.own_exposure * coalesce(seasons.season, 1.0e0)
            as own_expected,
        own.own_rate * coalesce(seasons.season, 1.0e0) as own_rate,
        peers.peer_areas,
        peers.peer_rate * figures.exposure as peer_expected,
        peers.peer_denominator_rate * figures.children as peer_denominator,
        peers.peer_direct_value,
        figures.multiplier * figures.numerator / nullif(figures.denominator, 0)
            as value_worked_out,

        -- a yearly range is that of four quarters, where quarters add
        case
            when not figures.additive_over_time then 1.0e0
            when figures.range_basis = 'year' and figures.period_type = 'quarter'
                then 0.25e0
            when figures.range_basis = 'quarter' and figures.period_type <> 'quarter'
                then 4.0e0
            else 1.0e0
        end as range_factor

    from figures

    inner join peers
        on
            figures.indicator_id = peers.indicator_id
            and figures.definition_version = peers.definition_version
            and figures.period_id = peers.period_id

    left join own
        on
            figures.indicator_id = own.indicator_id
            and figures.definition_version = own.definition_version
            and figures.area_code = own.area_code
            and figures.period_id = own.period_id

    left join seasons
        on
            figures.indicator_id = seasons.indicator_id
            and figures.definition_version = seasons.definition_version
            and figures.period_id = seasons.period_id

),

departures as (

    select
        expected.*,
        plausible_low * range_factor as lowest_plausible,
        plausible_high * range_factor as highest_plausible,

        -- the count at the bound, so that small counts are judged as counts
        case
            when value_type = 'count' then plausible_low * range_factor
            else plausible_low * range_factor * denominator / multiplier
        end as lowest_count,
        case
            when value_type = 'count' then plausible_high * range_factor
            else plausible_high * range_factor * denominator / multiplier
        end as highest_count,

        {{ count_departure('numerator', 'own_expected') }} as numerator_departure,

        -- of a share near 100 per cent it is those who fall short that count
        case
            when value_type = 'proportion' and denominator >= numerator
                then {{ count_departure(
                    'denominator - numerator', 'denominator - own_expected'
                ) }}
        end as shortfall_departure,

        {{ count_departure('numerator', 'peer_expected') }} as peer_departure,
        {{ count_departure('denominator', 'own_denominator') }}
            as denominator_departure,
        {{ power_of_ten('numerator', 'own_numerator') }} as numerator_power,
        case
            when denominator_basis = 'sent'
                then {{ power_of_ten('denominator', 'own_denominator') }}
        end as denominator_power,
        {{ power_of_ten('numerator', 'peer_expected') }} as peer_numerator_power,
        {{ power_of_ten('denominator', 'peer_denominator') }} as peer_denominator_power,
        {{ power_of_ten('direct_value', 'own_direct_value') }} as value_power

    from expected

),

own_scales as (

    select
        indicator_id,
        definition_version,
        period_type,
        {{ robust_scale('numerator_departure') }} as own_scale,
        greatest(1.0e0, coalesce(1.4826e0 * median(abs(shortfall_departure)), 1.0e0))
            as shortfall_scale,
        greatest(1.0e0, coalesce(1.4826e0 * median(abs(denominator_departure)), 1.0e0))
            as denominator_scale

    from departures

    where numerator_departure is not null

    group by indicator_id, definition_version, period_type

),

peer_scales as (

    select
        indicator_id,
        definition_version,
        period_id,
        {{ robust_scale('peer_departure') }} as peer_scale

    from departures

    where peer_departure is not null

    group by indicator_id, definition_version, period_id

),

scaled as (

    select
        departures.*,
        departures.numerator_departure / own_scales.own_scale as own_deviations,
        departures.shortfall_departure / own_scales.shortfall_scale
            as shortfall_deviations,
        departures.denominator_departure / own_scales.denominator_scale
            as denominator_deviations,
        departures.peer_departure / peer_scales.peer_scale as peer_deviations

    from departures

    left join own_scales
        on
            departures.indicator_id = own_scales.indicator_id
            and departures.definition_version = own_scales.definition_version
            and departures.period_type = own_scales.period_type

    left join peer_scales
        on
            departures.indicator_id = peer_scales.indicator_id
            and departures.definition_version = peer_scales.definition_version
            and departures.period_id = peer_scales.period_id

)

select * from scaled
