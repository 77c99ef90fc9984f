{#-
    What the limits of a difference say: `higher`, `lower`, or `no_clear_change` where
    nought lies between them or on one. Null where a limit is missing.
-#}

{% macro change_word(lower, upper) -%}
case
    when {{ lower }} > 0 then 'higher'
    when {{ upper }} < 0 then 'lower'
    when {{ lower }} <= 0 and {{ upper }} >= 0 then 'no_clear_change'
end
{%- endmacro %}
