-- Every published figure with how it is said to stand among others.
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    indicators.polarity,
    indicators.value_type,
    indicators.multiplier,
    cells.numerator,
    cells.denominator,
    cells.indicator_value,
    cells.value_status,
    cells.is_denominator_hidden,
    comparisons.rank is not null or comparisons.rank_reason = 'suppressed' as is_ranked,
    cells.value_status = 'refused' and comparisons.rank_reason = 'suppressed'
        as is_withheld,
    comparisons.quartile,
    comparisons.neighbours_value,
    case
        when comparisons.london_basis = 'complete_boroughs'
            then comparisons.london_value
    end as complete_value,
    (select max(rules.threshold) from mart.dim_disclosure_rule as rules) as threshold

from mart.fct_comparisons as comparisons

inner join mart.fct_indicator_values as cells
    using (indicator_id, definition_version, area_code, period_id)

inner join mart.dim_indicators as indicators
    using (indicator_id, definition_version)

order by indicator_id, definition_version, period_id, area_code
