{#- No value lies outside the bounds of the column as it is sent; null passes. -#}
{% test within_declared_bounds(model, column_name, listed_in, extract, sent_as) %}

select looked_at.{{ column_name }}
from {{ model }} as looked_at
inner join {{ listed_in }} as listed
    on listed.extract = '{{ extract }}' and listed.column_name = '{{ sent_as }}'
where
    looked_at.{{ column_name }} < cast(listed.minimum as double)
    or looked_at.{{ column_name }} > cast(listed.maximum as double)

{% endtest %}
