-- To 1e-12 of their size; where the approximation falls below 0 there is no lower
-- limit.
{% set z -%}
    case when confidence = 0.95 then {{ var('z_95') }} else {{ var('z_998') }} end
{%- endset %}

with

golden as (

    select * from {{ ref('golden_byar_limits') }}

),

computed as (

    select
        golden.*,
        {{ byar_lower('event_count', z) }} as computed_lower,
        {{ byar_upper('event_count', z) }} as computed_upper

    from golden

)

select * from computed

where
    (lower_limit is null) <> (computed_lower is null)
    or (upper_limit is null) <> (computed_upper is null)
    or abs(computed_lower - lower_limit) > 1e-12 * abs(lower_limit)
    or abs(computed_upper - upper_limit) > 1e-12 * abs(upper_limit)
