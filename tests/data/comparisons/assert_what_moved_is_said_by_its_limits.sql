-- A change lies between its limits, what is said of it is what they say, and what moved
-- among all figures of a page moved the same way alone; so does a trend.
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    change,
    change_lower_limit,
    change_upper_limit,
    change_deviates,
    change_alone,
    change_among_all,
    trend,
    trend_among_all

from {{ ref('fct_comparisons') }}

where
    not change between change_lower_limit and change_upper_limit
    or (change_alone = 'higher') <> (change_lower_limit > 0)
    or (change_alone = 'lower') <> (change_upper_limit < 0)
    or sign(change) <> sign(change_deviates)
    or (change_alone is null) <> (change_lower_limit is null)
    or (change_alone is null) <> (change_upper_limit is null)
    or (change_alone is null) <> (change_deviates is null)
    or (change_alone is null) <> (change_among_all is null)
    or (change_alone is null) <> (change_method is null)
    or (change_among_all <> 'no_clear_change' and change_among_all <> change_alone)
    or (trend is null) <> (trend_among_all is null)
    or (trend_among_all <> 'no_change' and trend_among_all <> trend)
    or (trend <> 'cannot_be_calculated') <> (trend_chi_squared is not null)
