{#- One text that changes when any value of a column, an expression, does. -#}

{% macro fingerprint(expression) -%}
    {{ return(adapter.dispatch('fingerprint', 'lscb')(expression)) }}
{%- endmacro %}

{% macro default__fingerprint(expression) -%}
    md5(array_join(array_sort(collect_list({{ expression }})), '|'))
{%- endmacro %}

{% macro duckdb__fingerprint(expression) -%}
    md5(string_agg({{ expression }}, '|' order by {{ expression }}))
{%- endmacro %}
