{#-
    Five grades against a benchmark, by the area's own 95 and 99.8 per cent limits.

    best, better, similar, worse, worst; for a neutral indicator highest, higher,
    similar, lower, lowest. A benchmark on a limit belongs to the milder grade.
    `not_compared` where anything is missing. The benchmark counts as known without
    error.

    Fingertips technical guidance: comparing an area with a benchmark by overlapping
    confidence limits at two levels.
-#}

{% macro benchmark_comparison_998(
    value, lower_95, upper_95, lower_998, upper_998, benchmark, polarity
) -%}
case
    when
        {{ lower_998 }} is null
        or {{ upper_998 }} is null
        then 'not_compared'
    when
        {{ benchmark }} < {{ lower_998 }}
        and {{ benchmark }} < {{ lower_95 }}
        and {{ value }} is not null
        and {{ upper_95 }} is not null
        and {{ is_known_polarity(polarity) }}
        then {{ by_polarity(polarity, 'best', 'worst', 'highest') }}
    when
        {{ benchmark }} > {{ upper_998 }}
        and {{ benchmark }} > {{ upper_95 }}
        and {{ value }} is not null
        and {{ lower_95 }} is not null
        and {{ is_known_polarity(polarity) }}
        then {{ by_polarity(polarity, 'worst', 'best', 'lowest') }}
    else {{ benchmark_comparison_95(value, lower_95, upper_95, benchmark, polarity) }}
end
{%- endmacro %}
