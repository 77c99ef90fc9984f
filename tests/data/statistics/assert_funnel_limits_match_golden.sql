-- The curve agrees with the printed one. Baseline and limits are printed to six
-- decimals, and a limit moves up to 2.6 times as far as its baseline: 5e-7 + 2.6 x
-- 5e-7.
with

golden as (

    select * from {{ ref('golden_funnel_limits') }}

),

computed as (

    select
        golden.*,
        {%- for z in ['95', '998'] %}
            {%- for side, limit in [('lower', funnel_lower), ('upper', funnel_upper)] %}
                multiplier * {{ limit(
            'baseline / multiplier', 'denominator', var('z_' ~ z)
        ) }} as computed_{{ side }}_{{ z }},
            {%- endfor %}
        {%- endfor %}
        1.8e-6 as tolerance

    from golden

)

select * from computed

where
    computed_lower_95 is null
    or computed_upper_95 is null
    or computed_lower_998 is null
    or computed_upper_998 is null
    or abs(computed_lower_95 - lower_95) > tolerance
    or abs(computed_upper_95 - upper_95) > tolerance
    or abs(computed_lower_998 - lower_998) > tolerance
    or abs(computed_upper_998 - upper_998) > tolerance
