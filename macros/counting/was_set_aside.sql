{#-
    True where landing emptied the optional column `column_name` of a record for a
    fault. `column_name` is the sender's name of the column.
-#}

{% macro was_set_aside(relation, column_name) -%}
    coalesce(
        concat(',', {{ relation }}.values_set_aside, ',') like '%,{{ column_name }},%',
        false
    )
{%- endmacro %}
