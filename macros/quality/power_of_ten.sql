{#-
    The power of ten (-3 to 3, never 0) by which `observed` differs from `expected`
    within a factor of 1.6, or null: a decimal point that slipped, a noughts too many.
-#}

{% macro power_of_ten(observed, expected) -%}
    (
        case
            when coalesce({{ observed }}, 0) <= 0 or coalesce({{ expected }}, 0) <= 0
                then null
            {%- for power in [-3, -2, -1, 1, 2, 3] %}
            when abs(log10({{ observed }}) - log10({{ expected }}) - ({{ power }})) <= 0.2
                then {{ power }}
            {%- endfor %}
        end
    )
{%- endmacro %}
