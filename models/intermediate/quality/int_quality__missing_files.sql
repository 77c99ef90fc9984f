{#-
    One row per standing file of children reported missing: how many episodes it holds,
    and under how many pseudonyms. Some children go missing more than once.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

missing_children as (

    select * from {{ ref('stg_police__missing_children') }}

    where record_state = 'accepted'

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        submissions.file_id,
        cast(null as bigint) as line_number,

        count(*) as episodes,
        count(distinct missing_children.child_ref) as pseudonyms

    from missing_children

    inner join submissions
        on missing_children.file_id = submissions.file_id

    group by submissions.file_id, submissions.area_code, submissions.period_id

)

select * from described
