{#-
    The schemas are part of the public face (`mart.fct_indicator_values`), so they bear
    the configured name alone, without the profile's own schema before it.
-#}

{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
