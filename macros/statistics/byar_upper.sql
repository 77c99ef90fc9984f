{#-
    Upper limit of a count by Byar's approximation; null for a missing or negative
    count.

    Breslow NE, Day NE. Statistical methods in cancer research II. Lyon: IARC, 1987.
-#}

{% macro byar_upper(count, z) -%}
{%- set x = '(cast(' ~ count ~ ' as double) + 1)' -%}
{%- set root -%}
1 - 1 / nullif(9 * {{ x }}, 0) + cast({{ z }} as double)
        / nullif(3 * sqrt(greatest({{ x }}, cast(0 as double))), 0)
{%- endset -%}
case
    when {{ x }} >= 1
        then {{ x }} * ({{ root }}) * ({{ root }}) * ({{ root }})
end
{%- endmacro %}
