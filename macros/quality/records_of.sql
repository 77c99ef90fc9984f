{#-
    One row per accepted record of a file that a rule has flagged and profiled column: the
    bucket in which it falls.

    model: the staging model; flags: a relation of one row a flagged file.
    profiles: a list of [profile, column_name, SQL expression of the bucket].
-#}

{% macro records_of(model, flags, profiles) -%}
    {%- for profile in profiles %}
    select
        records.file_id,
        records.line_number,
        '{{ profile[0] }}' as profile,
        '{{ profile[1] }}' as column_name,
        cast({{ profile[2] }} as string) as bucket

    from {{ ref(model) }} as records

    inner join {{ flags }} as flagged
        on records.file_id = flagged.file_id

    where records.record_state = 'accepted'
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
