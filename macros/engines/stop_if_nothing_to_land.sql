{#-
    With nothing in landing and nothing in the lake there is no warehouse to build.
    Said once, before any model runs.
-#}

{% macro stop_if_nothing_to_land() -%}
    {{ return(adapter.dispatch('stop_if_nothing_to_land', 'lscb')()) }}
{%- endmacro %}

{% macro default__stop_if_nothing_to_land() -%}
{%- endmacro %}

{% macro duckdb__stop_if_nothing_to_land() -%}
    {%- if execute and flags.WHICH in ('build', 'run') and target.name != 'lint' -%}
        {%- set answer = run_query('select what_stops_landing()').rows[0][0] -%}
        {%- if answer -%}
            {%- do exceptions.raise_compiler_error(answer) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
