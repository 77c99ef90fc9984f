{#- True where a polarity is one that the catalogue knows; false or null otherwise. -#}

{% macro is_known_polarity(polarity) -%}
({{ polarity }} in ('high_is_good', 'low_is_good', 'neutral'))
{%- endmacro %}
