-- Comparisons and scorecard hold every value, once, and no other.
select
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.area_code,
    indicator_values.period_id,
    comparisons.indicator_id as compared_indicator_id,
    scorecard.indicator_id as scored_indicator_id

from {{ ref('fct_indicator_values') }} as indicator_values

full outer join {{ ref('fct_comparisons') }} as comparisons
    on
        indicator_values.indicator_id = comparisons.indicator_id
        and indicator_values.definition_version = comparisons.definition_version
        and indicator_values.area_code = comparisons.area_code
        and indicator_values.period_id = comparisons.period_id

full outer join {{ ref('indicator_scorecard') }} as scorecard
    on
        indicator_values.indicator_id = scorecard.indicator_id
        and indicator_values.definition_version = scorecard.definition_version
        and indicator_values.area_code = scorecard.area_code
        and indicator_values.period_id = scorecard.period_id

where
    indicator_values.indicator_id is null
    or comparisons.indicator_id is null
    or scorecard.indicator_id is null
