{#-
    One confidence limit of a value, by the method that was chosen for it, in the unit of
    the value. Reads value_type, interval_method, multiplier, numerator, denominator and
    `events` (the survey percentage as a count of its base) of the row.

    side: lower or upper. z: normal deviate of the confidence. exact: column with the
    exact Poisson limit of the numerator at that confidence.
-#}

{% macro value_limit(side, z, exact) -%}
{%- set wilson = wilson_lower if side == 'lower' else wilson_upper -%}
{%- set rate = rate_lower if side == 'lower' else rate_upper -%}
{%- set count = count_lower if side == 'lower' else count_upper -%}
case
    when interval_method in ('wilson', 'wilson_approximate')
        then multiplier * {{ wilson('events', 'denominator', z) }}
    when interval_method in ('exact_poisson', 'byar') and value_type = 'rate'
        then multiplier * {{ rate('numerator', 'denominator', z, exact) }}
    when interval_method in ('exact_poisson', 'byar')
        then {{ count('numerator', z, exact) }}
end
{%- endmacro %}
