-- The limits that the warehouse reads are the golden ones, all of them and no more.
with

golden as (

    select * from {{ ref('golden_poisson_limits') }}

    where {{ is_exact_count('event_count') }}

),

exact_limits as (

    select * from {{ ref('poisson_exact_limits') }}

),

compared as (

    select
        golden.event_count,
        golden.confidence,
        golden.lower_limit,
        golden.upper_limit,
        exact_limits.event_count as seeded_count,
        exact_limits.lower_limit as seeded_lower,
        exact_limits.upper_limit as seeded_upper

    from golden

    full outer join exact_limits
        on
            golden.event_count = exact_limits.event_count
            and golden.confidence = exact_limits.confidence

)

select * from compared

where
    event_count is null
    or seeded_count is null
    or seeded_lower is null
    or seeded_upper is null
    or abs(seeded_lower - lower_limit) > 1e-12 * abs(lower_limit)
    or abs(seeded_upper - upper_limit) > 1e-12 * abs(upper_limit)
