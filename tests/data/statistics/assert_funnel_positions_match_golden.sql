-- A directly standardised rate is judged on the denominator that its events and its
-- rate imply, as the peer does; a crude rate of no events on the one sent.
{% set limits = [
    ('95', 'exact_95'),
    ('998', 'exact_998'),
] %}

with

golden as (

    select * from {{ ref('golden_funnel_positions') }}

),

exact_limits as (

    select * from {{ ref('poisson_exact_limits') }}

),

based as (

    select
        vector_id,
        numerator,
        case
            when rate > 0 then numerator * multiplier / nullif(rate, 0)
            else denominator
        end as denominator,
        baseline / multiplier as baseline,
        funnel_position,
        case statistic when 'proportion' then 'proportion' else 'rate' end as value_type

    from golden

),

limited as (

    select
        based.*,
        {%- for z, exact in limits %}
        {{ rate_lower(
            'based.numerator', 'based.denominator', var('z_' ~ z),
            exact ~ '.lower_limit'
        ) }} as lower_{{ z }},
        {{ rate_upper(
            'based.numerator', 'based.denominator', var('z_' ~ z),
            exact ~ '.upper_limit'
        ) }} as upper_{{ z }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}

    from based

    left join exact_limits as exact_95
        on based.numerator = exact_95.event_count and exact_95.confidence = 0.95

    left join exact_limits as exact_998
        on based.numerator = exact_998.event_count and exact_998.confidence = 0.998

),

computed as (

    select
        limited.*,
        {{ funnel_position(
            'value_type', 'numerator', 'denominator', 'lower_95', 'upper_95',
            'lower_998', 'upper_998', 'baseline'
        ) }} as computed_position

    from limited

)

select * from computed

where funnel_position is distinct from computed_position
