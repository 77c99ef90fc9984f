{#-
    True where a count is small enough for exact Poisson limits: below ten events.

    The switch stands here and nowhere else. Public Health England, tool for common
    public health statistics and their confidence intervals, 2018.
-#}

{% macro is_exact_count(count) -%}
({{ count }} >= 0 and {{ count }} < 10)
{%- endmacro %}
