-- Every published value with its comparisons and the reasons where they are not given.
select
    scorecard.indicator_id,
    scorecard.definition_version,
    scorecard.area_code,
    scorecard.area_name,
    scorecard.area_type,
    areas.ons_inner_outer,
    areas.sort_order,
    scorecard.period_id,
    scorecard.period_type,
    scorecard.period_label,
    scorecard.start_date,
    scorecard.end_date,
    scorecard.numerator,
    scorecard.denominator,
    scorecard.indicator_value,
    scorecard.lower_limit,
    scorecard.upper_limit,
    figures.lower_limit_998,
    figures.upper_limit_998,
    scorecard.interval_method,
    scorecard.unit_of_period,
    scorecard.value_status,
    scorecard.status_label,
    scorecard.gss_symbol,
    scorecard.areas_included,
    scorecard.is_provisional,
    comparisons.london_value,
    comparisons.london_value_reason,
    comparisons.london_basis,
    comparisons.london_areas,
    comparisons.london_missing,
    comparisons.inner_outer_value,
    comparisons.inner_outer_value_reason,
    comparisons.neighbours_value,
    comparisons.neighbours_with_data,
    comparisons.neighbours_value_reason,
    comparisons.quartile,
    comparisons.rank,
    comparisons.ranked_areas,
    comparisons.benchmark_998,
    comparisons.benchmark_998_reason,
    comparisons.funnel_position,
    comparisons.funnel_position_reason,
    comparisons.previous_value,
    comparisons.change,
    comparisons.change_reason,
    comparisons.change_alone_reason,
    comparisons.change_deviates,
    comparisons.change_among_all,
    comparisons.trend,
    comparisons.trend_reason,
    comparisons.trend_chi_squared,
    comparisons.trend_among_all,
    comparisons.looked_at,
    scorecard.coverage_status

from mart.indicator_scorecard as scorecard

inner join mart.fct_indicator_values as figures
    using (indicator_id, definition_version, area_code, period_id)

inner join mart.fct_comparisons as comparisons
    using (indicator_id, definition_version, area_code, period_id)

inner join mart.dim_areas as areas
    using (area_code)

order by
    scorecard.indicator_id,
    scorecard.definition_version,
    scorecard.start_date,
    scorecard.end_date,
    areas.sort_order
