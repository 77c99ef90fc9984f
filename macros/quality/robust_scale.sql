{#-
    How widely a group's departures from what is expected scatter, as a standard
    deviation: 1.4826 times the median of their sizes (which makes it one where they are
    normal), and never below that of a Poisson count, one. departure: an SQL expression.
-#}

{% macro robust_scale(departure) -%}
    greatest(1.0e0, 1.4826e0 * median(abs({{ departure }})))
{%- endmacro %}
