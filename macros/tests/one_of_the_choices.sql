{#- Every value stands in the closed list of the column as it is sent; null passes. -#}
{% test one_of_the_choices(model, column_name, listed_in, extract, sent_as) %}

select looked_at.{{ column_name }}
from {{ model }} as looked_at
inner join {{ listed_in }} as listed
    on listed.extract = '{{ extract }}' and listed.column_name = '{{ sent_as }}'
where
    listed.choices is not null
    and looked_at.{{ column_name }} is not null
    and instr(
        concat('|', listed.choices, '|'), concat('|', looked_at.{{ column_name }}, '|')
    ) = 0

{% endtest %}
