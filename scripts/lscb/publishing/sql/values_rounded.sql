-- Counts rounded to the base of their rule, and divided again. Limits and bounds rest
-- on exact counts, and go.
with

based as (

    select
        shown.*,
        indicators.multiplier,
        indicators.denominator_basis,
        case
            when areas.area_type = any($totals) then $total_rounding
            else $count_rounding
        end as base

    from mart.fct_indicator_values as shown

    inner join mart.dim_areas as areas
        using (area_code)

    inner join mart.dim_indicators as indicators
        using (indicator_id, definition_version)

),

rounded as (

    select
        based.*,
        floor(numerator / base + 0.5) * base as rounded_numerator,
        case
            when denominator_basis = 'sent'
                then floor(denominator / base + 0.5) * base
            else denominator
        end as rounded_denominator

    from based

)

select
    * exclude (
        base, multiplier, denominator_basis, rounded_numerator, rounded_denominator
    )
    replace (
        rounded_numerator as numerator,
        rounded_denominator as denominator,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        case
            when indicator_value is null then null
            when denominator is null then rounded_numerator
            when numerator is null then indicator_value
            else multiplier * rounded_numerator / nullif(rounded_denominator, 0)
        end as indicator_value,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as double) as lower_limit_998,
        cast(null as double) as upper_limit_998,
        cast(null as varchar) as interval_method
    )

from rounded
