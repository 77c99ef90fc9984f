{#-
    Upper limit of a count of events: exact Poisson below ten, Byar from ten.

    exact_upper is upper_limit of `poisson_exact_limits`, left joined on event_count at
    the confidence that z stands for: no engine here has a chi-squared quantile.
-#}

{% macro count_upper(count, z, exact_upper) -%}
case
    when {{ is_exact_count(count) }} then cast({{ exact_upper }} as double)
    else {{ byar_upper(count, z) }}
end
{%- endmacro %}
