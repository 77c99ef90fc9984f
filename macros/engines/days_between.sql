{#- Days from one date to a later one; both are SQL expressions. -#}

{% macro days_between(start_date, end_date) -%}
    {{ return(adapter.dispatch('days_between', 'lscb')(start_date, end_date)) }}
{%- endmacro %}

{% macro default__days_between(start_date, end_date) -%}
    datediff({{ end_date }}, {{ start_date }})
{%- endmacro %}

{% macro duckdb__days_between(start_date, end_date) -%}
    date_diff('day', {{ start_date }}, {{ end_date }})
{%- endmacro %}
