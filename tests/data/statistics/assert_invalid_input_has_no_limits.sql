-- What is no proportion, rate or count gets null, never a number and never an error.
with

cases as (
    {%- for numerator, denominator in [
        ('null', '10'), ('5', 'null'), ('null', 'null'), ('-1', '10'), ('5', '-3'),
        ('-4', '-3'), ('5', '0'), ('0', '0'), ('-1', '0'), ('-3.841', '-3.841'),
    ] %}

        select
            cast({{ numerator }} as double) as numerator,
            cast({{ denominator }} as double) as denominator,
            cast(null as double) as exact_limit
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

computed as (

    select
        cases.*,
        {{ wilson_lower('numerator', 'denominator', var('z_95')) }} as wilson_lower,
        {{ wilson_upper('numerator', 'denominator', var('z_95')) }} as wilson_upper,
        {{ rate_lower(
            'numerator', 'denominator', var('z_95'), 'exact_limit'
        ) }} as rate_lower,
        {{ rate_upper(
            'numerator', 'denominator', var('z_95'), 'exact_limit'
        ) }} as rate_upper,
        {{ count_lower('-abs(numerator) - 1', var('z_95'), '1.0') }} as count_lower,
        {{ count_upper('-abs(numerator) - 1', var('z_95'), '1.0') }} as count_upper,
        {{ funnel_lower('numerator', 'denominator', var('z_95')) }} as funnel_lower,
        {{ funnel_upper('numerator', 'denominator', var('z_95')) }} as funnel_upper,
        {{ funnel_position_of_proportion(
            'numerator', 'denominator', '0.5'
        ) }} as funnel_position

    from cases

)

select * from computed

where
    coalesce(
        wilson_lower,
        wilson_upper,
        rate_lower,
        rate_upper,
        count_lower,
        count_upper,
        funnel_lower,
        funnel_upper
    ) is not null
    or funnel_position is not null
