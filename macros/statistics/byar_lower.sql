{#-
    Lower limit of a count by Byar's approximation.

    A count of 0 has the exact lower limit 0. Where the approximation falls below 0 (one
    event at 99.8 per cent) there is none: null, as for a missing or negative count.

    Breslow NE, Day NE. Statistical methods in cancer research II. Lyon: IARC, 1987.
-#}

{% macro byar_lower(count, z) -%}
{%- set x = 'cast(' ~ count ~ ' as double)' -%}
{%- set root -%}
1 - 1 / nullif(9 * {{ x }}, 0) - cast({{ z }} as double)
        / nullif(3 * sqrt(greatest({{ x }}, cast(0 as double))), 0)
{%- endset -%}
case
    when {{ x }} = 0 then cast(0 as double)
    when {{ x }} > 0 and {{ root }} >= 0
        then {{ x }} * ({{ root }}) * ({{ root }}) * ({{ root }})
end
{%- endmacro %}
