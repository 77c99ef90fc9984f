{#- The weekday of a date, 1 for Monday to 7 for Sunday. -#}

{% macro weekday_number(date) -%}
    {{ return(adapter.dispatch('weekday_number', 'lscb')(date)) }}
{%- endmacro %}

{% macro default__weekday_number(date) -%}
    (weekday({{ date }}) + 1)
{%- endmacro %}

{% macro duckdb__weekday_number(date) -%}
    isodow({{ date }})
{%- endmacro %}
