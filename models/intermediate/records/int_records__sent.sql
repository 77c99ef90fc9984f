{#-
    One row per record of the extracts that are staged by their declaration alone, in
    every version that could be read: what a record is told by, whatever its columns are.
-#}

{%- set declared = declared_extracts() %}

with

records as (

    select
        cast(null as string) as extract,
        cast(null as string) as file_id,
        cast(null as bigint) as line_number,
        cast(null as string) as record_state,
        cast(null as boolean) as is_of_sender,
        cast(null as string) as area_code,
        cast(null as date) as counted_date,
        cast(null as string) as reference,
        cast(null as string) as told

    where false
    {%- for extract, made in declared.items() if made.is_declared_alone %}
        {%- set told = made.columns | reject('in', made.reference) %}

        union all

        select
            '{{ extract }}' as extract,
            file_id,
            line_number,
            record_state,
            {{ 'area_code' not in made.columns }} as is_of_sender,
            {{ 'area_code' if 'area_code' in made.columns else 'null' }} as area_code,
            {{ made.counted_date }} as counted_date,
            {%- for key in made.reference %}
                {{ "|| '|' || " if not loop.first }}cast({{ key }} as string)
            {%- endfor %} as reference,
            concat(
                {%- for column in told %}
                    '|', coalesce(cast({{ column }} as string), '')
                    {{- ',' if not loop.last }}
                {%- endfor %}
            ) as told

        from {{ ref('stg_' ~ made.models) }}
    {%- endfor %}

)

select * from records
