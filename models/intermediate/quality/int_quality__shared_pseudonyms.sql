{#-
    One row per cell that counts children by their pseudonyms, and file: how many of its
    episodes stand under a pseudonym that is not one child's. Within a quarter a child
    has two ages at most; four ages under one pseudonym are no slip of the pen.
-#}

with

submissions as (

    select * from {{ ref('int_submissions') }}

),

indicators as (

    select * from {{ ref('indicators') }}

    where numerator_measure_id = 'missing_children'

),

episodes as (

    select
        flagged.file_id,
        flagged.area_code,
        missing_children.child_ref,
        missing_children.age_years

    from {{ ref('int_police__missing_children_flagged') }} as flagged

    inner join {{ ref('stg_police__missing_children') }} as missing_children
        on
            flagged.file_id = missing_children.file_id
            and flagged.line_number = missing_children.line_number

    where
        flagged.is_missing_episode
        and not flagged.is_set_aside
        and flagged.area_code <> 'UNALLOCATED'

),

pseudonyms as (

    select
        file_id,
        child_ref,
        count(distinct age_years) >= 4 as is_shared

    from episodes

    group by file_id, child_ref

),

tallied as (

    select
        episodes.file_id,
        episodes.area_code,
        count(*) as episodes,
        count(case when pseudonyms.is_shared then 1 end) as shared_episodes

    from episodes

    inner join pseudonyms
        on
            episodes.file_id = pseudonyms.file_id
            and episodes.child_ref = pseudonyms.child_ref

    group by episodes.file_id, episodes.area_code

),

described as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        tallied.area_code,
        submissions.period_id,
        tallied.file_id,
        cast(null as bigint) as line_number,

        tallied.episodes,
        tallied.shared_episodes

    from tallied

    inner join submissions
        on tallied.file_id = submissions.file_id

    cross join indicators

    where tallied.shared_episodes > 0

)

select * from described
