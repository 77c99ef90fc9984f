{#-
    Whether a figure may be set beside others: the reported value of an authority.

    areas:    relation with area_type.
    figures:  relation with value_status and indicator_value.
-#}

{% macro can_be_compared(areas, figures) -%}
{{ areas }}.area_type = 'local_authority'
        and {{ figures }}.value_status = 'reported'
        and {{ figures }}.indicator_value is not null
{%- endmacro %}
