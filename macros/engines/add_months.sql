{#- The date `months` months after `date`; both are SQL expressions. -#}

{% macro add_months(date, months) -%}
    {{ return(adapter.dispatch('add_months', 'lscb')(date, months)) }}
{%- endmacro %}

{% macro default__add_months(date, months) -%}
    add_months({{ date }}, {{ months }})
{%- endmacro %}

{% macro duckdb__add_months(date, months) -%}
    ({{ date }} + to_months(cast({{ months }} as integer)))
{%- endmacro %}
