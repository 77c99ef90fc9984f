-- The marker agrees, and chi-squared to its second decimal.
with

points as (

    select
        golden_points.vector_id,
        golden_points.year as point_index,
        false as is_series_break,
        golden_points.numerator,
        golden_points.denominator,
        golden_points.indicator_value,
        golden_points.lower_limit,
        golden_points.upper_limit,
        golden.value_type,
        golden.polarity

    from {{ ref('golden_trend_points') }} as golden_points

    inner join {{ ref('golden_trends') }} as golden
        on golden_points.vector_id = golden.vector_id

),

trends as (

    {{ recent_trend('points', ['vector_id']) }}

),

compared as (

    select
        golden.vector_id,
        golden.trend,
        golden.chi_squared,
        trends.trend as computed_trend,
        trends.chi_squared as computed_chi_squared,
        trends.trend_reason

    from {{ ref('golden_trends') }} as golden

    left join trends
        on golden.vector_id = trends.vector_id

)

select * from compared

where
    trend is distinct from computed_trend
    or (chi_squared is null) <> (computed_chi_squared is null)
    or abs(chi_squared - computed_chi_squared) > 0.005
    or (computed_trend = 'cannot_be_calculated') <> (trend_reason is not null)
