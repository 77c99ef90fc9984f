{#-
    True where what covers a period ending on `end_date` was due before the as-of date.
    due_days: days after the period's end, from seeds/reference/extracts.csv; where an
    extract has none, nothing is ever due.
-#}

{% macro is_due(end_date, due_days) -%}
    coalesce({{ add_days(end_date, due_days) }} < {{ as_of() }}, false)
{%- endmacro %}
