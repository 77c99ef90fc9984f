{#- Lower control limit of a funnel plot of proportions, 0 to 1; see funnel_limit. -#}

{% macro funnel_lower(baseline, denominator, z) -%}
{{ funnel_limit(baseline, denominator, z, 'lower') }}
{%- endmacro %}
