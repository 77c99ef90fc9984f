-- Printed limits agree to their four decimals, all others to 1e-12; a pair that is no
-- proportion has no limits.
{% set z -%}
    case when confidence = 0.95 then {{ var('z_95') }} else {{ var('z_998') }} end
{%- endset %}

with

golden as (

    select * from {{ ref('golden_wilson_limits') }}

),

computed as (

    select
        golden.*,
        multiplier * {{ wilson_lower('numerator', 'denominator', z) }}
            as computed_lower,
        multiplier * {{ wilson_upper('numerator', 'denominator', z) }}
            as computed_upper,
        case when origin = 'published' then 5e-5 else 1e-12 end as tolerance

    from golden

)

select * from computed

where
    (lower_limit is null) <> (computed_lower is null)
    or (upper_limit is null) <> (computed_upper is null)
    or abs(computed_lower - lower_limit) > tolerance
    or abs(computed_upper - upper_limit) > tolerance
    or (numerator = 0 and computed_lower <> 0)
    or (numerator = denominator and computed_upper <> multiplier)
