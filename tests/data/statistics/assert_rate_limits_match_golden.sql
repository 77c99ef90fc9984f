-- Exact Poisson limits below ten events and Byar's from ten, to 1e-12 of their size.
{% set z -%}
case
            when golden.confidence = 0.95 then {{ var('z_95') }} else {{ var('z_998') }}
        end
{%- endset %}

with

golden as (

    select * from {{ ref('golden_rate_limits') }}

),

exact_limits as (

    select * from {{ ref('poisson_exact_limits') }}

),

computed as (

    select
        golden.*,
        case
            when {{ is_exact_count('golden.numerator') }} then 'exact'
            when golden.numerator is not null then 'byar'
        end as computed_method,
        golden.multiplier * {{ rate_lower(
            'golden.numerator', 'golden.denominator', z, 'exact_limits.lower_limit'
        ) }} as computed_lower,
        golden.multiplier * {{ rate_upper(
            'golden.numerator', 'golden.denominator', z, 'exact_limits.upper_limit'
        ) }} as computed_upper

    from golden

    left join exact_limits
        on
            golden.numerator = exact_limits.event_count
            and golden.confidence = exact_limits.confidence

)

select * from computed

where
    method is distinct from computed_method
    or (lower_limit is null) <> (computed_lower is null)
    or (upper_limit is null) <> (computed_upper is null)
    or abs(computed_lower - lower_limit) > 1e-12 * abs(lower_limit)
    or abs(computed_upper - upper_limit) > 1e-12 * abs(upper_limit)
