{#-
    Lower limit of what a figure grew by: now less before.

    From the value to its own lower limit, and from the value before to its upper one,
    by Pythagoras. The limits go in at one confidence, and the limit comes out at it.
    Null where a value or a limit is missing.

    Newcombe RG. Stat Med 1998; 17: 873-890, method 10, where the limits are Wilson's;
    Zou GY, Donner A. Stat Med 2008; 27: 1693-1702, for rates and counts.
-#}

{% macro difference_lower(value, lower, value_before, upper_before) -%}
{%- set own = '(' ~ value ~ ' - ' ~ lower ~ ')' -%}
{%- set other = '(' ~ upper_before ~ ' - ' ~ value_before ~ ')' -%}
{{ value }} - {{ value_before }} - sqrt(
    {{ own }} * {{ own }} + {{ other }} * {{ other }}
)
{%- endmacro %}
