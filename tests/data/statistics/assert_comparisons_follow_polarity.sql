-- The same limits 4, 5, 7, 8 around the value 6, read by each polarity; a benchmark on
-- a limit belongs to the milder grade.
with

cases as (
    {%- for benchmark, high, low, neutral, high_998, low_998, neutral_998 in [
        (3, 'better', 'worse', 'higher', 'best', 'worst', 'highest'),
        (4, 'better', 'worse', 'higher', 'better', 'worse', 'higher'),
        (5, 'similar', 'similar', 'similar', 'similar', 'similar', 'similar'),
        (7, 'similar', 'similar', 'similar', 'similar', 'similar', 'similar'),
        (8, 'worse', 'better', 'lower', 'worse', 'better', 'lower'),
        (9, 'worse', 'better', 'lower', 'worst', 'best', 'lowest'),
    ] %}
    {%- for polarity, word, word_998 in [
        ("'high_is_good'", high, high_998),
        ("'low_is_good'", low, low_998),
        ("'neutral'", neutral, neutral_998),
        ("'unheard_of'", 'not_compared', 'not_compared'),
        ('cast(null as ' ~ dbt.type_string() ~ ')', 'not_compared', 'not_compared'),
    ] %}

            select
                {{ benchmark }} as benchmark,
                {{ polarity }} as polarity,
                '{{ word }}' as expected_95,
                '{{ word_998 }}' as expected_998

            union all
        {%- endfor %}
    {%- endfor %}

    select
        cast(null as integer) as benchmark,
        'neutral' as polarity,
        'not_compared' as expected_95,
        'not_compared' as expected_998

),

computed as (

    select
        cases.*,
        {{ benchmark_comparison_95('6', '5', '7', 'benchmark', 'polarity') }}
            as computed_95,
        {{ benchmark_comparison_998('6', '5', '7', '4', '8', 'benchmark', 'polarity') }}
            as computed_998,
        {{ benchmark_comparison_998(
            '6', '5', '7', 'cast(null as double)', '8', 'benchmark', 'polarity'
        ) }} as computed_without_limit,
        {{ benchmark_comparison_998(
            'cast(null as double)', '5', '7', '4', '8', 'benchmark', 'polarity'
        ) }} as computed_without_value,
        {{ benchmark_comparison_spc(
            '6', 'benchmark', '0', '100', var('z_95'), 'polarity'
        ) }} as computed_without_denominator

    from cases

)

select * from computed

where
    expected_95 is distinct from computed_95
    or expected_998 is distinct from computed_998
    or computed_without_limit is distinct from 'not_compared'
    or computed_without_value is distinct from 'not_compared'
    or computed_without_denominator is distinct from 'not_compared'
