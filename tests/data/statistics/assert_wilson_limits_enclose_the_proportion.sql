-- For every pair up to 60, at both levels: 0 <= lower <= p <= upper <= 1, the ends
-- exact, and the limits of the complement mirrored.
with

numerators as (

    select cast(numbers.id as double) as numerator

    from range(0, 61) as numbers (id)

),

denominators as (

    select cast(numbers.id as double) as denominator

    from range(1, 61) as numbers (id)

),

computed as (

    select
        numerators.numerator,
        denominators.denominator,
        numerators.numerator / denominators.denominator as proportion,
        {{ wilson_lower('numerator', 'denominator', var('z_95')) }} as lower_95,
        {{ wilson_upper('numerator', 'denominator', var('z_95')) }} as upper_95,
        {{ wilson_lower('numerator', 'denominator', var('z_998')) }} as lower_998,
        {{ wilson_upper('numerator', 'denominator', var('z_998')) }} as upper_998,
        {{ wilson_lower(
            'denominator - numerator', 'denominator', var('z_95')
        ) }} as mirrored_lower

    from numerators

    inner join denominators
        on numerators.numerator <= denominators.denominator

)

select * from computed

where
    not coalesce(
        lower_998 >= 0
        and lower_998 <= lower_95
        and lower_95 <= proportion
        and proportion <= upper_95
        and upper_95 <= upper_998
        and upper_998 <= 1
        and (numerator > 0 or (lower_95 = 0 and lower_998 = 0))
        and (numerator < denominator or (upper_95 = 1 and upper_998 = 1))
        and abs(upper_95 + mirrored_lower - 1) < 1e-12,
        false
    )
