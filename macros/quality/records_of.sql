{#-
    One row per accepted record of a file that a rule has flagged and profiled column: the
    bucket in which it falls.

    model: the staging model; flags: a relation with the flagged files.
    profiles: a list of [profile, column_name, SQL expression of the bucket].
-#}

{% macro records_of(model, flags, profiles) -%}
    {%- for profile in profiles %}
    select
        file_id,
        line_number,
        '{{ profile[0] }}' as profile,
        '{{ profile[1] }}' as column_name,
        cast({{ profile[2] }} as string) as bucket

    from {{ ref(model) }}

    where record_state = 'accepted' and file_id in (select file_id from {{ flags }})
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
