{#-
    One row per value of an authority: the recent trend as at its period, from the five
    unbroken points that end there. Unreported values are gaps.
-#}

with

points as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_type,
        point_index,
        is_series_break,
        value_type,
        polarity,
        case when can_be_compared then numerator end as numerator,
        case when can_be_compared then denominator end as denominator,
        case when can_be_compared then indicator_value end as indicator_value,
        case when can_be_compared then lower_limit end as lower_limit,
        case when can_be_compared then upper_limit end as upper_limit

    from {{ ref('int_comparisons__values') }}

    where is_authority

),

trends as (

    select * from (
        {{ recent_trend(
            'points',
            ['indicator_id', 'definition_version', 'area_code', 'period_type'],
            each_point=true
        ) }}
    ) as marked

)

select * from trends
