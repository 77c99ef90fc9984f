{#- No row lacks a value in any of the columns: one test a table, not one a column. -#}
{% test never_null(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
where {% for column in columns %}{{ column }} is null{{ " or " if not loop.last }}{% endfor %}

{% endtest %}
