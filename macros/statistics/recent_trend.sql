{#-
    The recent trend of a series, from its five most recent unbroken points.

    A proportion is judged by the chi-squared test for trend, the direction by the slope
    of the logits; a rate by the weighted least squares slope, a point weighing 1 / se^2
    with se = (upper - lower) / 3.92. A trend is significant where chi-squared passes
    the 99.8 per cent point (z^2, 9.5495) and the slope keeps its sign with all five
    points and with each left out in turn. Fingertips technical guidance, recent trends.

    relation: one row per key and point, with the key columns and
        point_index      whole number, one more for each period of the series
        is_series_break  true where a point begins a new series
        numerator, denominator, indicator_value, lower_limit, upper_limit (95 per cent)
        value_type       proportion or rate; no other has a trend
        polarity         high_is_good, low_is_good, neutral or null
    key_columns: names of the columns, never null, that distinguish the series.
    each_point: false gives one row per key, as at its last point; true one row per key
        and point, as at that point.

    Gives the key columns, point_index (the point as at which the trend stands),
        trend         no_change, cannot_be_calculated, increasing or decreasing, these
                      two with _and_getting_better or _and_getting_worse by polarity
        chi_squared   null where the trend cannot be calculated
        trend_reason  why it cannot: value_type_has_no_trend, fewer_than_five_points,
                      series_break, gap_in_points, limits_missing,
                      numerator_zero_or_all, limits_without_width; otherwise null
-#}

{% macro recent_trend(relation, key_columns, each_point=false) -%}
{%- set keys = key_columns | join(',\n        ') -%}
with

numbered as (

    select
        {{ keys }},
        point_index,
        value_type,
        polarity,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(indicator_value as double) as indicator_value,
        cast(lower_limit as double) as lower_limit,
        cast(upper_limit as double) as upper_limit,
        case
            when upper_limit > lower_limit
                then cast(upper_limit - lower_limit as double) / 3.92
        end as standard_error,
        sum(case when is_series_break then 1 else 0 end) over (
            partition by {{ key_columns | join(', ') }}
            order by point_index asc
            rows between unbounded preceding and current row
        ) as series_number,
        min(point_index) over (
            partition by {{ key_columns | join(', ') }}
        ) as first_index,
        max(point_index) over (
            partition by {{ key_columns | join(', ') }}
        ) as last_index

    from {{ relation }}

),

standpoints as (

    select
        {{ keys }},
        point_index as standpoint,
        series_number as standpoint_series,
        first_index,
        value_type,
        polarity

    from numbered
    {%- if not each_point %}

    where point_index = last_index
    {%- endif %}

),

{# The five points up to each standpoint, counted 1 to 5. -#}
windows as (

    select
        {%- for key in key_columns %}
        standpoints.{{ key }},
        {%- endfor %}
        standpoints.standpoint,
        standpoints.standpoint_series,
        standpoints.first_index,
        standpoints.value_type,
        standpoints.polarity,
        numbered.series_number,
        cast(
            numbered.point_index - standpoints.standpoint + 5 as double
        ) as point_number,
        numbered.numerator,
        numbered.denominator,
        numbered.indicator_value,
        numbered.lower_limit,
        numbered.upper_limit,
        numbered.standard_error

    from standpoints

    inner join numbered
        on
            {%- for key in key_columns %}
            standpoints.{{ key }} = numbered.{{ key }} and
            {%- endfor %}
            numbered.point_index
            between standpoints.standpoint - 4 and standpoints.standpoint

),

weighted as (

    select
        windows.*,

        case value_type
            when 'proportion' then
                ln(
                    case
                        when numerator > 0 and denominator > numerator
                            then numerator
                    end
                )
                - ln(
                    case
                        when numerator > 0 and denominator > numerator
                            then denominator - numerator
                    end
                )
            when 'rate' then indicator_value
        end as response,

        case value_type
            when 'proportion' then cast(1 as double)
            when 'rate' then 1 / nullif(standard_error * standard_error, 0)
        end as weight

    from windows

),

left_out as (
    {%- for left_out in range(6) %}

    select {{ left_out }} as point_left_out
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

{# Nothing left out (0), then each of the five points in turn. -#}
summed as (

    select
        {%- for key in key_columns %}
        weighted.{{ key }},
        {%- endfor %}
        weighted.standpoint,
        left_out.point_left_out,
        sum(weighted.weight) as weights,
        sum(weighted.weight * weighted.point_number) as weighted_positions,
        sum(weighted.weight * weighted.response) as weighted_responses,
        sum(
            weighted.weight * weighted.point_number * weighted.response
        ) as weighted_products,
        sum(
            weighted.weight * weighted.point_number * weighted.point_number
        ) as weighted_squares

    from weighted

    inner join left_out
        on weighted.point_number <> left_out.point_left_out

    group by
        {%- for key in key_columns %}
        weighted.{{ key }},
        {%- endfor %}
        weighted.standpoint,
        left_out.point_left_out

),

{# The slope is rise over spread, and the spread of two points or more is positive. -#}
sloped as (

    select
        {{ keys }},
        standpoint,
        point_left_out,
        weights,
        weights * weighted_products
        - weighted_positions * weighted_responses as rise,
        weights * weighted_squares
        - weighted_positions * weighted_positions as spread

    from summed

),

directed as (

    select
        {{ keys }},
        standpoint,
        sum(case when rise > 0 then 1 else 0 end) as rises,
        sum(case when rise < 0 then 1 else 0 end) as falls,
        sum(
            case
                when point_left_out = 0
                    then rise * rise / nullif(spread * weights, 0)
            end
        ) as rate_chi_squared

    from sloped

    group by
        {{ keys }},
        standpoint

),

checked as (

    select
        {{ keys }},
        standpoint,
        first_index,
        value_type,
        polarity,

        count(*) as points,
        sum(
            case when series_number = standpoint_series then 0 else 1 end
        ) as points_before_break,
        sum(
            case
                when indicator_value is null then 1
                when
                    value_type = 'proportion'
                    and (numerator is null or denominator is null)
                    then 1
                else 0
            end
        ) as points_missing,
        sum(
            case when lower_limit is null or upper_limit is null then 1 else 0 end
        ) as points_without_limits,
        sum(case when response is null then 1 else 0 end) as points_without_response,
        sum(case when weight is null then 1 else 0 end) as points_without_weight,

        sum(numerator) as events,
        sum(numerator * point_number) as events_by_position,
        sum(denominator) as base,
        sum(denominator * point_number) as base_by_position,
        sum(denominator * point_number * point_number) as base_by_square

    from weighted

    group by
        {{ keys }},
        standpoint,
        first_index,
        value_type,
        polarity

),

reasoned as (

    select
        {%- for key in key_columns %}
        checked.{{ key }},
        {%- endfor %}
        checked.standpoint,
        checked.polarity,
        directed.rises,
        directed.falls,

        case
            when
                checked.value_type is null
                or checked.value_type not in ('proportion', 'rate')
                then 'value_type_has_no_trend'
            when checked.standpoint - checked.first_index < 4
                then 'fewer_than_five_points'
            when checked.points_before_break > 0 then 'series_break'
            when checked.points <> 5 or checked.points_missing > 0
                then 'gap_in_points'
            when checked.points_without_limits > 0 then 'limits_missing'
            when checked.points_without_response > 0 then 'numerator_zero_or_all'
            when checked.points_without_weight > 0 then 'limits_without_width'
        end as trend_reason,

        case checked.value_type
            when 'proportion'
                then checked.base
                * (
                    checked.base * checked.events_by_position
                    - checked.events * checked.base_by_position
                )
                * (
                    checked.base * checked.events_by_position
                    - checked.events * checked.base_by_position
                )
                / nullif(
                    checked.events
                    * (checked.base - checked.events)
                    * (
                        checked.base * checked.base_by_square
                        - checked.base_by_position * checked.base_by_position
                    ),
                    0
                )
            when 'rate' then directed.rate_chi_squared
        end as chi_squared

    from checked

    inner join directed
        on
            {%- for key in key_columns %}
            checked.{{ key }} = directed.{{ key }} and
            {%- endfor %}
            checked.standpoint = directed.standpoint

),

marked as (

    select
        {{ keys }},
        standpoint as point_index,

        case
            when trend_reason is not null then 'cannot_be_calculated'
            when
                chi_squared > {{ var('z_998') }} * {{ var('z_998') }} and rises = 6
                then {{ by_polarity(
                    'polarity',
                    'increasing_and_getting_better',
                    'increasing_and_getting_worse',
                    'increasing',
                ) }}
            when
                chi_squared > {{ var('z_998') }} * {{ var('z_998') }} and falls = 6
                then {{ by_polarity(
                    'polarity',
                    'decreasing_and_getting_worse',
                    'decreasing_and_getting_better',
                    'decreasing',
                ) }}
            else 'no_change'
        end as trend,

        case when trend_reason is null then chi_squared end as chi_squared,
        trend_reason

    from reasoned

)

select * from marked
{%- endmacro %}
