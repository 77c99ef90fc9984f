{#-
    Better, similar or worse than a benchmark, by control limits around the benchmark.

    The Wilson limits are those of the benchmark's proportion in a population as large
    as the area's: they ask whether the area could differ by chance alone. value and
    benchmark are on the scale of the multiplier. The peer that defines the method uses
    z rounded to 1.96 and 3.0902. `not_compared` as in benchmark_comparison_95, and
    where the denominator is not positive or the benchmark no proportion.

    Fingertips technical guidance: statistical process control for proportions.
-#}

{% macro benchmark_comparison_spc(
    value, benchmark, denominator, multiplier, z, polarity
) -%}
{%- set p = '(cast(' ~ value ~ ' as double) / nullif(' ~ multiplier ~ ', 0))' -%}
{%- set events -%}
(cast({{ denominator }} as double) * {{ benchmark }} / nullif({{ multiplier }}, 0))
{%- endset -%}
{%- set lower = wilson_lower(events, denominator, z) -%}
{%- set upper = wilson_upper(events, denominator, z) -%}
case
    when
        {{ polarity }} is null
        or not {{ is_known_polarity(polarity) }}
        then 'not_compared'
    when {{ p }} > {{ upper }}
        then {{ by_polarity(polarity, 'better', 'worse', 'higher') }}
    when {{ p }} < {{ lower }}
        then {{ by_polarity(polarity, 'worse', 'better', 'lower') }}
    when {{ p }} between {{ lower }} and {{ upper }} then 'similar'
    else 'not_compared'
end
{%- endmacro %}
