{#-
    Lower limit of a count of events: exact Poisson below ten, Byar from ten.

    exact_lower is lower_limit of `poisson_exact_limits`, left joined on event_count at
    the confidence that z stands for: no engine here has a chi-squared quantile.
-#}

{% macro count_lower(count, z, exact_lower) -%}
case
    when {{ is_exact_count(count) }} then cast({{ exact_lower }} as double)
    else {{ byar_lower(count, z) }}
end
{%- endmacro %}
