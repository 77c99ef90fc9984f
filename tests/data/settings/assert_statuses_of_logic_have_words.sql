-- Each status that logic asks about (vars in dbt_project.yml) is one that has words.
with

asked as (

    {% for status in var('statuses') %}
        select '{{ status }}' as value_status
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select asked.value_status

from asked

left join {{ ref('value_statuses') }} as known
    on asked.value_status = known.value_status

where known.value_status is null
