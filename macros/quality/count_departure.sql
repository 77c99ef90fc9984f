{#-
    How far the count `observed` lies from the `expected` one, in standard deviations of
    a Poisson count (Freeman and Tukey), so that 0, 1 and 3 are no alarm where 1 is
    expected. Both are SQL expressions, none below zero.
-#}

{% macro count_departure(observed, expected) -%}
    (
        -- greatest() passes nulls by: what is not known departs from nothing
        case
            when {{ observed }} is not null and {{ expected }} is not null
                then sqrt(greatest({{ observed }}, 0.0e0))
                + sqrt(greatest({{ observed }}, 0.0e0) + 1.0e0)
                - sqrt(4.0e0 * greatest({{ expected }}, 0.0e0) + 1.0e0)
        end
    )
{%- endmacro %}
