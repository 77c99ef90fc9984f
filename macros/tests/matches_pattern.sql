{#- Every value matches a regular expression as a whole; null passes. -#}
{% test matches_pattern(model, column_name, pattern) %}

select {{ column_name }}
from {{ model }}
where not {{ matches(column_name, pattern) }}

{% endtest %}
