{#- True where `text` as a whole matches the regular expression `pattern`. -#}

{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'lscb')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    {{ text }} rlike '{{ pattern }}'
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}
