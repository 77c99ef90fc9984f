{#-
    Better, similar or worse than a benchmark, by the area's own 95 per cent limits.

    `similar` where the benchmark lies between the limits or on one. A neutral indicator
    is `higher` or `lower` instead. `not_compared` where the value, a limit, the
    benchmark or the polarity is missing. The benchmark counts as known without error.

    Fingertips technical guidance: comparing an area with a benchmark by overlapping
    confidence limits at one level.
-#}

{% macro benchmark_comparison_95(value, lower_95, upper_95, benchmark, polarity) -%}
case
    when
        {{ value }} is null
        or {{ benchmark }} is null
        or {{ lower_95 }} is null
        or {{ upper_95 }} is null
        or {{ polarity }} is null
        or not {{ is_known_polarity(polarity) }}
        then 'not_compared'
    when {{ benchmark }} < {{ lower_95 }}
        then {{ by_polarity(polarity, 'better', 'worse', 'higher') }}
    when {{ benchmark }} > {{ upper_95 }}
        then {{ by_polarity(polarity, 'worse', 'better', 'lower') }}
    else 'similar'
end
{%- endmacro %}
