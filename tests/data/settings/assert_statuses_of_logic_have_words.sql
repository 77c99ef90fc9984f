-- Each status of figures that is declared (dbt_project.yml) has words, and the reverse.
with

asked as (

    {% for status in var('statuses') %}
        select '{{ status }}' as value_status
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select coalesce(asked.value_status, known.value_status) as value_status

from asked

full join {{ ref('value_statuses') }} as known
    on asked.value_status = known.value_status

where asked.value_status is null or known.value_status is null
