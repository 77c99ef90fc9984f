{#-
    All of one model of each extract of a kind, one below the other.

    {{ union_of('record', 'int_', '_counted') }}
-#}

{% macro union_of(kind, prefix, suffix) -%}
    {%- set declared = declared_extracts().values() | selectattr('kind', 'eq', kind) %}
    {%- for extract in declared %}
    select * from {{ ref(prefix ~ extract.models ~ suffix) }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
