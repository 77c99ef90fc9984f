{#-
    One row per indicator, definition, area and period: divided once, with its limits,
    or empty with the reason; where that is a quality rule, with the rule. Proportions
    get Wilson limits, rates and counts exact Poisson below ten events and Byar from ten,
    survey percentages Wilson on the unweighted base; a ratio whose numerator is no
    subset gets none and says so.
-#}

with

cells as (

    select * from {{ ref('int_cells__settled') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

extracts as (

    select * from {{ ref('extracts') }}

),

sources as (

    select distinct source_extract

    from cells

),

-- a figure of two sources is final when both are; published statistics are final
finality as (

    select
        sources.source_extract,
        max(extracts.final_after_days) as final_after_days

    from sources

    inner join extracts
        on
            concat('+', sources.source_extract, '+')
            like concat('%+', extracts.extract, '+%')

    group by sources.source_extract

),

early as (

    select * from {{ ref('int_coverage__early_blocks') }}

),

sent_early as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id

    from cells

    inner join early
        on
            cells.area_code = early.area_code
            and cells.period_id = early.period_id
            and concat('+', cells.source_extract, '+')
            like concat('%+', early.extract, '+%')

    group by
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id

),

exact_95 as (

    select * from {{ ref('poisson_exact_limits') }}

    where confidence = 0.95

),

exact_998 as (

    select * from {{ ref('poisson_exact_limits') }}

    where confidence = 0.998

),

divided as (

    select
        cells.*,
        indicators.value_type,
        indicators.multiplier,
        periods.end_date,
        finality.final_after_days,
        sent_early.indicator_id is not null as is_early,
        exact_95.lower_limit as exact_lower_95,
        exact_95.upper_limit as exact_upper_95,
        exact_998.lower_limit as exact_lower_998,
        exact_998.upper_limit as exact_upper_998,

        -- a count is its own value; whatever is divided needs what divides it
        {{ status_is('cells.cell_status', 'numerator', 'divided') }}
        and cells.area_code <> 'UNALLOCATED'
        and (
            indicators.value_type in ('count', 'survey_percentage')
            or coalesce(cells.denominator, 0) > 0
        ) as has_value,

        case
            when indicators.value_type = 'survey_percentage'
                then cells.direct_value / 100 * cells.denominator
            else cells.numerator
        end as events

    from cells

    inner join indicators
        on
            cells.indicator_id = indicators.indicator_id
            and cells.definition_version = indicators.definition_version

    inner join periods
        on cells.period_id = periods.period_id

    left join finality
        on cells.source_extract = finality.source_extract

    left join sent_early
        on
            cells.indicator_id = sent_early.indicator_id
            and cells.definition_version = sent_early.definition_version
            and cells.area_code = sent_early.area_code
            and cells.period_id = sent_early.period_id

    left join exact_95
        on cells.numerator = exact_95.event_count

    left join exact_998
        on cells.numerator = exact_998.event_count

),

valued as (

    select
        divided.*,

        case
            when not has_value then null
            when value_type = 'survey_percentage' then direct_value
            when value_type = 'count' then numerator
            when value_type in ('rate', 'proportion', 'ratio')
                then multiplier * numerator / nullif(denominator, 0)
        end as indicator_value,

        case
            when not has_value or (numerator is null and direct_value is null) then null
            when value_type = 'survey_percentage' and coalesce(denominator, 0) = 0
                then null
            when value_type = 'survey_percentage' and events between 0 and denominator
                then 'wilson_approximate'
            when value_type = 'survey_percentage' then 'none_percentage_above_100'
            when value_type = 'proportion' and numerator > denominator
                then 'none_numerator_above_denominator'
            when value_type = 'proportion' then 'wilson'
            when value_type = 'ratio' then 'none_not_a_proportion'
            when value_type in ('rate', 'count') and numerator < 10
                then 'exact_poisson'
            when value_type in ('rate', 'count') then 'byar'
        end as interval_method

    from divided

),

limited as (

    select
        valued.*,
        {{ value_limit('lower', var('z_95'), 'exact_lower_95') }} as lower_limit_95,
        {{ value_limit('upper', var('z_95'), 'exact_upper_95') }} as upper_limit_95,
        {{ value_limit('lower', var('z_998'), 'exact_lower_998') }} as lower_limit_998,
        {{ value_limit('upper', var('z_998'), 'exact_upper_998') }} as upper_limit_998,

        -- a figure that was drawn before its period had ended never becomes final
        {{ status_is('cell_status', 'numerator', 'divided') }}
        and (
            is_early
            or end_date >= {{ as_of() }}
            or (
                final_after_days is not null
                and not {{ is_due('end_date', 'final_after_days') }}
            )
        ) as is_provisional

    from valued

),

described as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        numerator,
        denominator,
        indicator_value,
        lower_limit_95 as lower_limit,
        upper_limit_95 as upper_limit,
        lower_limit_998,
        upper_limit_998,
        interval_method,
        cell_status as value_status,
        refused_by_rule,
        numerator_low,
        numerator_high,
        cast(areas_included as bigint) as areas_included,
        cast(records_set_aside as bigint) as records_set_aside,
        is_provisional,
        source_extract

    from limited

)

select * from described
