{#- Lower Wilson score limit of a proportion, from 0 to 1; see wilson_limit. -#}

{% macro wilson_lower(numerator, denominator, z) -%}
{{ wilson_limit(numerator, denominator, z, 'lower') }}
{%- endmacro %}
