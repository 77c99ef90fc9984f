{#-
    One row per missing episode of the standing files. Every episode counts, once: in
    the file received first, if two hold it. A child counts once a file and area, at its
    first episode: distinct children never add. Records set aside could be episodes.
-#}

with

missing_children as (

    select * from {{ ref('stg_police__missing_children') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

ranked as (

    select
        missing_children.file_id,
        missing_children.line_number,
        blocks.period_id as part_period_id,
        missing_children.area_code,
        missing_children.reported_date as counted_date,
        missing_children.episode_ref,
        missing_children.child_ref,
        coalesce(missing_children.record_state = 'set_aside', false) as is_set_aside,

        case
            when missing_children.episode_ref is not null
                then first_value(missing_children.file_id) over (
                    partition by blocks.submitter_code, missing_children.episode_ref
                    order by
                        coalesce(missing_children.record_state = 'set_aside', false)
                        asc,
                        blocks.received_at asc,
                        blocks.period_id asc,
                        missing_children.file_id asc
                )
        end as kept_file_id,

        -- whether any record with this reference stands
        max(
            case when missing_children.record_state = 'set_aside' then 0 else 1 end
        ) over (
            partition by blocks.submitter_code, missing_children.episode_ref
        ) = 1
        and missing_children.episode_ref is not null as stands_somewhere

    from missing_children

    inner join blocks
        on missing_children.file_id = blocks.file_id

),

judged as (

    select
        ranked.*,
        not is_set_aside and kept_file_id <> file_id as is_elsewhere

    from ranked

    where not (is_set_aside and stands_somewhere)

),

numbered as (

    select
        judged.*,
        row_number() over (
            partition by
                file_id, area_code, child_ref, is_set_aside, is_elsewhere
            order by counted_date, line_number
        ) as episode_of_child

    from judged

),

flagged as (

    select
        file_id,
        line_number,
        is_set_aside,
        part_period_id,
        area_code,
        counted_date,
        not coalesce(is_elsewhere, false) as is_missing_episode,
        not coalesce(is_elsewhere, false) and episode_of_child = 1
            as is_first_episode_of_child,
        case when is_elsewhere then kept_file_id end as counted_in_file_id

    from numbered

)

select * from flagged
