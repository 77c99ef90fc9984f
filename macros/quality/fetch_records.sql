{#-
    One row per accepted record of the files that a rule has flagged and profiled column,
    of every extract that record_profiles() names: the bucket in which it falls.

    flagged_files: a relation of one row per flagged file.
-#}

{% macro fetch_records(flagged_files) -%}
    {%- for extract, profiled in record_profiles().items() %}
    {%- set is_last = loop.last %}
    {%- for profile in profiled[1] %}
    select
        records.file_id,
        records.line_number,
        '{{ profile[0] }}' as profile,
        '{{ profile[1] }}' as column_name,
        cast({{ profile[2] }} as string) as bucket

    from {{ ref(profiled[0]) }} as records

    inner join {{ flagged_files }} as flagged
        on records.file_id = flagged.file_id

    where records.record_state = 'accepted'
    {%- if not (is_last and loop.last) %}

    union all
    {% endif %}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}
