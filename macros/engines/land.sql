{#-
    Land the files of one extract before its staging model reads the lake. On DuckDB
    the landing plugin gives the engine a function that does it; elsewhere the lake has
    been landed beforehand (`lscb land`).

    extract: name of the extract, as in seeds/reference/extracts.csv.
-#}

{% macro land(extract) -%}
    {{ return(adapter.dispatch('land', 'lscb')(extract)) }}
{%- endmacro %}

{% macro default__land(extract) -%}
    select 1
{%- endmacro %}

{% macro duckdb__land(extract) -%}
    select land_extract('{{ extract }}')
{%- endmacro %}
