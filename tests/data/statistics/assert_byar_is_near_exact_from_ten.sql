-- At 95 per cent Byar's limits are within 0.2 per cent of the exact ones from ten
-- events on (Public Health England, guide to confidence intervals, 2018): no step at
-- the switch.
with

golden as (

    select * from {{ ref('golden_poisson_limits') }}

    where event_count >= 10 and confidence = 0.95

),

computed as (

    select
        golden.*,
        {{ byar_lower('event_count', var('z_95')) }} as computed_lower,
        {{ byar_upper('event_count', var('z_95')) }} as computed_upper

    from golden

)

select * from computed

where
    computed_lower is null
    or computed_upper is null
    or abs(computed_lower / lower_limit - 1) > 0.002
    or abs(computed_upper / upper_limit - 1) > 0.002
