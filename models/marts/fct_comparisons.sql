{#-
    One row per value of fct_indicator_values: how it stands against the region, its part
    of it, its statistical neighbours, the other authorities and its own past. Only
    reported values are compared, those of totals with their own past alone; what is not
    given has its reason beside it. Where the region is not whole, its complete
    authorities stand for it, if they are enough
    (docs/decisions/0025-where-london-is-not-whole.md).
-#}

{%- set reasons -%}
            when not is_authority then 'not_an_authority'
            when value_status <> 'reported' then 'value_not_reported'
            when indicator_value is null then 'no_value'
{%- endset %}

with

comparable as (

    select * from {{ ref('int_comparisons__values') }}

),

complete as (

    select * from {{ ref('int_comparisons__complete') }}

),

neighbours as (

    select * from {{ ref('int_comparisons__neighbours') }}

),

standings as (

    select * from {{ ref('int_comparisons__standings') }}

),

changes as (

    select * from {{ ref('int_comparisons__changes') }}

),

trends as (

    select * from {{ ref('int_comparisons__trends') }}

),

joined as (

    select
        comparable.*,
        complete.complete_value,
        complete.areas_complete,
        complete.areas_missing,
        case
            when
                comparable.london_status = 'reported'
                and comparable.london_value_known is not null
                then 'whole'
            when complete.complete_value is not null then 'complete_boroughs'
        end as london_basis,
        neighbours.neighbours_value,
        coalesce(neighbours.neighbours_with_data, 0) as neighbours_with_data,
        standings.quartile,
        standings.value_rank,
        standings.ranked_areas,
        changes.previous_value,
        changes.change,
        changes.change_reason,
        changes.change_lower_limit,
        changes.change_upper_limit,
        changes.change_alone,
        changes.change_alone_reason,
        changes.change_method,
        changes.change_deviates,
        changes.change_among_all,
        changes.looked_at,
        changes.deviates_among_all,
        trends.trend,
        trends.trend_reason,
        trends.chi_squared

    from comparable

    left join changes
        on
            comparable.indicator_id = changes.indicator_id
            and comparable.definition_version = changes.definition_version
            and comparable.area_code = changes.area_code
            and comparable.period_id = changes.period_id

    left join complete
        on
            comparable.indicator_id = complete.indicator_id
            and comparable.definition_version = complete.definition_version
            and comparable.region_area_code = complete.region_area_code
            and comparable.period_id = complete.period_id

    left join neighbours
        on
            comparable.indicator_id = neighbours.indicator_id
            and comparable.definition_version = neighbours.definition_version
            and comparable.area_code = neighbours.area_code
            and comparable.period_id = neighbours.period_id

    left join standings
        on
            comparable.indicator_id = standings.indicator_id
            and comparable.definition_version = standings.definition_version
            and comparable.area_code = standings.area_code
            and comparable.period_id = standings.period_id

    left join trends
        on
            comparable.indicator_id = trends.indicator_id
            and comparable.definition_version = trends.definition_version
            and comparable.area_code = trends.area_code
            and comparable.period_type = trends.period_type
            and comparable.point_index = trends.point_index

),

against as (

    select
        joined.*,

        case london_basis
            when 'whole' then london_value_known
            when 'complete_boroughs' then complete_value
        end as london_value,

        case london_basis
            when 'whole' then london_areas_known
            when 'complete_boroughs' then areas_complete
        end as london_areas,

        case when london_basis = 'complete_boroughs' then areas_missing end
            as london_missing

    from joined

),

compared as (

    select
        against.*,

        case
            when not can_be_compared or london_basis is null then null
            when value_type = 'count' then null
            else nullif({{ benchmark_comparison_95(
                'indicator_value', 'lower_limit', 'upper_limit', 'london_value', 'polarity'
            ) }}, 'not_compared')
        end as benchmark_95,

        case
            when not can_be_compared or london_basis is null then null
            when value_type = 'count' then null
            else nullif({{ benchmark_comparison_998(
                'indicator_value', 'lower_limit', 'upper_limit', 'lower_limit_998',
                'upper_limit_998', 'london_value', 'polarity'
            ) }}, 'not_compared')
        end as benchmark_998,

        case
            when not can_be_compared or london_basis is null then null
            else {{ funnel_position(
                'value_type', 'numerator', 'denominator',
                'lower_limit / multiplier', 'upper_limit / multiplier',
                'lower_limit_998 / multiplier', 'upper_limit_998 / multiplier',
                'london_value / multiplier'
            ) }}
        end as funnel_position,

        -- a trend that is one at its own level, and passes that of a whole page
        case
            when trend in ('cannot_be_calculated', 'no_change') then trend
            when chi_squared <= deviates_among_all * deviates_among_all then 'no_change'
            else trend
        end as trend_among_all

    from against

),

explained as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,

        london_value,
        case
            when not is_authority then 'not_an_authority'
            when not additive_over_areas then 'not_additive_over_areas'
            when london_basis is null and london_status = 'partial'
                then 'too_few_complete'
            when london_basis is null then coalesce(london_status, 'no_total')
        end as london_value_reason,
        london_basis,
        cast(london_areas as bigint) as london_areas,
        london_missing,

        inner_outer_value,
        case
            when not is_authority then 'not_an_authority'
            when not additive_over_areas then 'not_additive_over_areas'
            when inner_outer_value is null then coalesce(inner_outer_status, 'no_total')
            when inner_outer_status = 'partial' then 'inner_outer_is_partial'
        end as inner_outer_value_reason,

        neighbours_value,
        cast(neighbours_with_data as bigint) as neighbours_with_data,
        case
            when not is_authority then 'not_an_authority'
            when not additive_over_areas then 'not_additive_over_areas'
            when neighbours_value is null then 'no_neighbour_with_data'
        end as neighbours_value_reason,

        cast(quartile as bigint) as quartile,
        case
            {{ reasons }}
            when quartile is null then 'too_few_areas'
        end as quartile_reason,

        cast(value_rank as bigint) as rank,
        cast(coalesce(ranked_areas, 0) as bigint) as ranked_areas,
        case
            {{ reasons }}
            when value_rank is null then 'too_few_areas'
        end as rank_reason,

        benchmark_95,
        case
            {{ reasons }}
            when not additive_over_areas then 'not_additive_over_areas'
            when london_basis is null then 'london_not_reported'
            when value_type = 'count' then 'counts_have_no_benchmark'
            when benchmark_95 is null then 'no_limits'
        end as benchmark_95_reason,

        benchmark_998,
        case
            {{ reasons }}
            when not additive_over_areas then 'not_additive_over_areas'
            when london_basis is null then 'london_not_reported'
            when value_type = 'count' then 'counts_have_no_benchmark'
            when benchmark_998 is null then 'no_limits'
        end as benchmark_998_reason,

        funnel_position,
        case
            {{ reasons }}
            when
                value_type not in ('rate', 'proportion')
                then 'value_type_has_no_funnel'
            when london_basis is null then 'london_not_reported'
            when funnel_position is null then 'no_limits'
        end as funnel_position_reason,

        previous_value,
        change_reason as previous_value_reason,

        change,
        change_reason,
        change_lower_limit,
        change_upper_limit,
        change_method,
        change_alone,
        change_alone_reason,
        change_deviates,
        change_among_all,

        trend,
        case
            {{ reasons }}
            else trend_reason
        end as trend_reason,
        chi_squared as trend_chi_squared,
        trend_among_all,

        looked_at

    from compared

)

select * from explained
