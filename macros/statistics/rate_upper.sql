{#-
    Upper limit of numerator / denominator where the numerator counts events.

    The limit of the count divided once; the multiplier is the caller's. A numerator may
    pass its denominator; a denominator that is not positive gives null.
-#}

{% macro rate_upper(numerator, denominator, z, exact_upper) -%}
case
    when {{ denominator }} > 0
        then {{ count_upper(numerator, z, exact_upper) }}
        / nullif(cast({{ denominator }} as double), 0)
end
{%- endmacro %}
