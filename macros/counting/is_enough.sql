{#-
    Whether so many authorities can speak for all: at least one, and the share of those
    awaited that dbt_project.yml says (`least_share_complete`).

    complete:  SQL for how many have a whole figure.
    awaited:   SQL for how many a figure is awaited of.
-#}

{% macro is_enough(complete, awaited) -%}
{{ complete }} > 0
        and {{ complete }} >= {{ var('least_share_complete') }} * {{ awaited }}
{%- endmacro %}
