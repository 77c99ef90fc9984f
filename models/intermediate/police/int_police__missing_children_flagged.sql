{#-
    One row per missing episode of the standing files. Every episode counts; a child
    counts once a file and area, at its first episode: distinct children never add.
-#}

with

missing_children as (

    select * from {{ ref('stg_police__missing_children') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

numbered as (

    select
        missing_children.file_id,
        missing_children.line_number,
        blocks.period_id as part_period_id,
        missing_children.area_code,
        missing_children.reported_date as counted_date,

        row_number() over (
            partition by
                missing_children.file_id,
                missing_children.area_code,
                missing_children.child_ref
            order by missing_children.reported_date, missing_children.line_number
        ) as episode_of_child

    from missing_children

    inner join blocks
        on missing_children.file_id = blocks.file_id

),

flagged as (

    select
        file_id,
        line_number,
        part_period_id,
        area_code,
        counted_date,
        episode_of_child >= 1 as is_missing_episode,
        episode_of_child = 1 as is_first_episode_of_child

    from numbered

)

select * from flagged
