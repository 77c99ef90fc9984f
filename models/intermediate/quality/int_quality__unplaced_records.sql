{#-
    One row per standing file whose records name boroughs or trusts: how many of its
    records are of an authority here, and how many of none that can be told.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

),

records as (
    {%- set models = [
        'int_pct__admissions_flagged',
        'int_police__offences_flagged',
        'int_police__missing_children_flagged',
        'int_records__standing',
    ] %}
    {%- for model in models %}

        select
            file_id,
            area_code

        from {{ ref(model) }}

        where not is_set_aside
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

tallied as (

    select
        file_id,
        count(*) as records,
        count(case when area_code = 'UNALLOCATED' then 1 end) as unplaced_records

    from records

    group by file_id

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        submissions.file_id,
        cast(null as bigint) as line_number,

        submissions.extract,
        tallied.records,
        tallied.unplaced_records

    from tallied

    inner join submissions
        on tallied.file_id = submissions.file_id

)

select * from described
