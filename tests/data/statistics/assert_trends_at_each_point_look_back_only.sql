-- Asked as at each point, the trend of a year rests on the five years up to it: rising
-- to 2006, no longer in 2009, and each point gets one row.
with

points as (
    {%- for year, value in [
        (2001, 10), (2002, 20), (2003, 30), (2004, 40), (2005, 50), (2006, 60),
        (2007, 50), (2008, 40), (2009, 30), (2010, 20), (2011, 10),
    ] %}
        {%- for polarity in ['high_is_good', 'low_is_good', 'neutral'] %}
            {%- set outer_last = loop.last %}

            select
                '{{ polarity }}' as series_name,
                '{{ polarity }}' as polarity,
                'rate' as value_type,
                {{ year }} as point_index,
                false as is_series_break,
                {{ value }} as numerator,
                1000 as denominator,
                {{ value }} as indicator_value,
                {{ value }} - 2 as lower_limit,
                {{ value }} + 2 as upper_limit
            {%- if not (outer_last and year == 2011) %}

                union all
            {%- endif %}
        {%- endfor %}
    {%- endfor %}

),

trends as (

    {{ recent_trend('points', ['series_name'], each_point=true) }}

),

counted as (

    select count(*) as rows_given from trends

),

expected as (
    {%- for year, high_is_good, low_is_good, neutral in [
        (2004, 'cannot_be_calculated', 'cannot_be_calculated', 'cannot_be_calculated'),
        (2005, 'increasing_and_getting_better', 'increasing_and_getting_worse',
         'increasing'),
        (2006, 'increasing_and_getting_better', 'increasing_and_getting_worse',
         'increasing'),
        (2008, 'no_change', 'no_change', 'no_change'),
        (2010, 'decreasing_and_getting_worse', 'decreasing_and_getting_better',
         'decreasing'),
        (2011, 'decreasing_and_getting_worse', 'decreasing_and_getting_better',
         'decreasing'),
    ] %}

        select
            'high_is_good' as series_name,
            {{ year }} as point_index,
            '{{ high_is_good }}' as expected_trend

        union all

        select
            'low_is_good' as series_name,
            {{ year }} as point_index,
            '{{ low_is_good }}' as expected_trend

        union all

        select
            'neutral' as series_name,
            {{ year }} as point_index,
            '{{ neutral }}' as expected_trend
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

compared as (

    select
        expected.series_name,
        expected.point_index,
        expected.expected_trend,
        trends.trend,
        trends.chi_squared,
        counted.rows_given

    from expected

    cross join counted

    left join trends
        on
            expected.series_name = trends.series_name
            and expected.point_index = trends.point_index

)

select * from compared

where
    trend is distinct from expected_trend
    or rows_given <> 33
