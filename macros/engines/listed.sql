{#- The values of a column, an expression, as one text in their order; nulls stay out. -#}

{% macro listed(expression) -%}
    {{ return(adapter.dispatch('listed', 'lscb')(expression)) }}
{%- endmacro %}

{% macro default__listed(expression) -%}
    nullif(array_join(array_sort(collect_list({{ expression }})), ', '), '')
{%- endmacro %}

{% macro duckdb__listed(expression) -%}
    string_agg({{ expression }}, ', ' order by {{ expression }})
{%- endmacro %}
