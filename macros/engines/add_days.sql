{#- The date `days` days after `date`; both are SQL expressions. -#}

{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'lscb')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
    date_add({{ date }}, cast({{ days }} as int))
{%- endmacro %}

{% macro duckdb__add_days(date, days) -%}
    ({{ date }} + cast({{ days }} as integer))
{%- endmacro %}
