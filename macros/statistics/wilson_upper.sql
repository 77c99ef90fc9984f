{#- Upper Wilson score limit of a proportion, from 0 to 1; see wilson_limit. -#}

{% macro wilson_upper(numerator, denominator, z) -%}
{{ wilson_limit(numerator, denominator, z, 'upper') }}
{%- endmacro %}
