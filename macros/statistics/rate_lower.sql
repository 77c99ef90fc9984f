{#-
    Lower limit of numerator / denominator where the numerator counts events.

    The limit of the count divided once; the multiplier is the caller's. A numerator may
    pass its denominator; a denominator that is not positive gives null.
-#}

{% macro rate_lower(numerator, denominator, z, exact_lower) -%}
case
    when {{ denominator }} > 0
        then {{ count_lower(numerator, z, exact_lower) }}
        / nullif(cast({{ denominator }} as double), 0)
end
{%- endmacro %}
