-- Each series is a steady rise that would be significant but for one thing; what that
-- thing is must be said. A point is (year, numerator, denominator).
{% set steady = [
    (1, 100, 1000), (2, 200, 1000), (3, 300, 1000), (4, 400, 1000), (5, 500, 1000),
] %}
{% set early_gap = [(-1, 90, 1000), (0, 'null', 1000)] %}
{% set series = [
    ('steady rise', 'proportion', none, steady, 'increasing', none),
    ('steady rise of a rate', 'rate', none, steady, 'increasing', none),
    ('gap before the five', 'rate', none, early_gap + steady, 'increasing', none),
    ('break before the five', 'rate', 1, early_gap + steady, 'increasing', none),
    ('break within the five', 'rate', 3, steady, none, 'series_break'),
    ('break at the last', 'proportion', 5, steady, none, 'series_break'),
    ('four points', 'rate', none, steady[1:], none, 'fewer_than_five_points'),
    ('value missing', 'rate', none, steady[:2] + [(3, 'null', 1000)] + steady[3:],
     none, 'gap_in_points'),
    ('last value missing', 'rate', none, steady + [(6, 'null', 1000)],
     none, 'gap_in_points'),
    ('point missing', 'rate', none, [(0, 50, 1000)] + steady[:2] + steady[3:],
     none, 'gap_in_points'),
    ('nobody', 'proportion', none, [(1, 0, 1000)] + steady[1:],
     none, 'numerator_zero_or_all'),
    ('everybody', 'proportion', none, steady[:4] + [(5, 1000, 1000)],
     none, 'numerator_zero_or_all'),
    ('no base', 'proportion', none, steady[:4] + [(5, 500, 0)],
     none, 'numerator_zero_or_all'),
    ('no limits', 'rate without limits', none, steady, none, 'limits_missing'),
    ('limits in one point', 'rate without width', none, steady,
     none, 'limits_without_width'),
    ('no trend for ratios', 'ratio', none, steady, none, 'value_type_has_no_trend'),
    ('one outlier', 'rate', none,
     [(1, 500, 1000), (2, 495, 1000), (3, 490, 1000), (4, 485, 1000), (5, 900, 1000)],
     'no_change', none),
] %}

with

points as (
    {%- for name, kind, break_at, points, trend, reason in series %}
        {%- set outer = loop %}
        {%- for year, numerator, denominator in points %}

            select
                '{{ name }}' as series_name,
                '{{ kind.split(' ')[0] }}' as value_type,
                'neutral' as polarity,
                {{ year }} as point_index,
                {{ 'true' if year == break_at else 'false' }} as is_series_break,
                cast({{ numerator }} as double) as numerator,
                cast({{ denominator }} as double) as denominator,
                cast({{ numerator }} as double) as indicator_value,
                {%- if kind == 'rate without limits' and year == 3 %}
                    cast(null as double) as lower_limit,
                {%- elif kind == 'rate without width' and year == 3 %}
                    cast({{ numerator }} + 20 as double) as lower_limit,
                {%- else %}
                    cast({{ numerator }} - 20 as double) as lower_limit,
                {%- endif %}
                cast({{ numerator }} + 20 as double) as upper_limit
            {%- if not (loop.last and outer.last) %}

                union all
            {%- endif %}
        {%- endfor %}
    {%- endfor %}

),

expected as (
    {%- for name, kind, break_at, points, trend, reason in series %}

        select
            '{{ name }}' as series_name,
            '{{ trend or 'cannot_be_calculated' }}' as expected_trend,
            '{{ reason or 'none' }}' as expected_reason
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

trends as (

    {{ recent_trend('points', ['series_name', 'value_type']) }}

),

compared as (

    select
        expected.series_name,
        expected.expected_trend,
        expected.expected_reason,
        trends.trend,
        trends.trend_reason,
        trends.chi_squared,
        count(*) over (partition by expected.series_name) as trends_of_series

    from expected

    left join trends
        on expected.series_name = trends.series_name

)

select * from compared

where
    trend is distinct from expected_trend
    or coalesce(trend_reason, 'none') <> expected_reason
    or (trend = 'cannot_be_calculated') <> (chi_squared is null)
    or trends_of_series <> 1
