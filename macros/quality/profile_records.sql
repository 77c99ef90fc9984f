{#-
    One row per file, profiled column and bucket of every extract that record_profiles()
    names: how many accepted records fall in it; a bucket that is null counts the blanks.
-#}

{% macro profile_records() -%}
    {%- for extract, profiled in record_profiles().items() %}
    {%- set is_last = loop.last %}
    {%- for profile in profiled[1] %}
    select
        file_id,
        '{{ extract }}' as extract,
        '{{ profile[0] }}' as profile,
        '{{ profile[1] }}' as column_name,
        cast({{ profile[2] }} as string) as bucket,
        count(*) as row_count

    from {{ ref(profiled[0]) }}

    where record_state = 'accepted'

    group by file_id, {{ profile[2] }}
    {%- if not (is_last and loop.last) %}

    union all
    {% endif %}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}
