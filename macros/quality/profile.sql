{#-
    One row per file, profiled column and bucket of a staging model: how many accepted
    records fall in it; a bucket that is null counts the blanks.

    model: the staging model; extract: its extract.
    profiles: a list of [profile, column_name, SQL expression of the bucket].
-#}

{% macro profile(model, extract, profiles) -%}
    {%- for profile in profiles %}
    select
        file_id,
        '{{ extract }}' as extract,
        '{{ profile[0] }}' as profile,
        '{{ profile[1] }}' as column_name,
        cast({{ profile[2] }} as string) as bucket,
        count(*) as row_count

    from {{ ref(model) }}

    where record_state = 'accepted'

    group by file_id, cast({{ profile[2] }} as string)
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
