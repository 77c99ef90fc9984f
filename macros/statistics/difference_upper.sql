{#-
    Upper limit of what a figure grew by: now less before.

    The lower limit of the way back, with its sign turned: see `difference_lower`.
-#}

{% macro difference_upper(value, upper, value_before, lower_before) -%}
-({{ difference_lower(value_before, lower_before, value, upper) }})
{%- endmacro %}
