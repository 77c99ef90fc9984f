-- Only a reported value is set against its past, and only one of an authority is ranked
-- or judged.
select
    comparisons.indicator_id,
    comparisons.definition_version,
    comparisons.area_code,
    comparisons.period_id,
    indicator_values.value_status

from {{ ref('fct_comparisons') }} as comparisons

inner join {{ ref('fct_indicator_values') }} as indicator_values
    on
        comparisons.indicator_id = indicator_values.indicator_id
        and comparisons.definition_version = indicator_values.definition_version
        and comparisons.area_code = indicator_values.area_code
        and comparisons.period_id = indicator_values.period_id

inner join {{ ref('dim_areas') }} as areas
    on comparisons.area_code = areas.area_code

where
    (
        (
            indicator_values.value_status <> 'reported'
            or areas.area_type = 'unallocated'
        )
        and coalesce(
            comparisons.previous_value,
            comparisons.change,
            comparisons.change_lower_limit,
            comparisons.change_upper_limit,
            comparisons.change_deviates
        ) is not null
    )
    or (
        (
            indicator_values.value_status <> 'reported'
            or areas.area_type <> 'local_authority'
        )
        and (
            coalesce(comparisons.quartile, comparisons.rank) is not null
            or coalesce(
                comparisons.benchmark_95,
                comparisons.benchmark_998,
                comparisons.funnel_position
            ) is not null
            or coalesce(comparisons.trend, 'cannot_be_calculated')
            <> 'cannot_be_calculated'
            or comparisons.trend_chi_squared is not null
        )
    )
