{#-
    One row per file, profiled column and bucket of a staging model: how many accepted
    records fall in it. The records are read once, whatever the number of profiles.

    model: the staging model; extract: its extract.
    profiles: a list of [profile, column_name, SQL expression of the bucket].
-#}

{% macro profile(model, extract, profiles) -%}
    select
        file_id,
        '{{ extract }}' as extract,
        case
            {%- for profile in profiles %}
            when grouping(bucket_{{ loop.index }}) = 0 then '{{ profile[0] }}'
            {%- endfor %}
        end as profile,
        case
            {%- for profile in profiles %}
            when grouping(bucket_{{ loop.index }}) = 0 then '{{ profile[1] }}'
            {%- endfor %}
        end as column_name,
        case
            {%- for profile in profiles %}
            when grouping(bucket_{{ loop.index }}) = 0 then bucket_{{ loop.index }}
            {%- endfor %}
        end as bucket,
        count(*) as row_count

    from (
        select
            file_id
            {%- for profile in profiles %},
            cast({{ profile[2] }} as string) as bucket_{{ loop.index }}
            {%- endfor %}

        from {{ ref(model) }}

        where record_state = 'accepted'
    ) as described

    group by grouping sets (
        {%- for profile in profiles %}
        (file_id, bucket_{{ loop.index }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
