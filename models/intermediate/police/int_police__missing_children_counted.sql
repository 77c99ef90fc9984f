{#- One row per measure, file, area and month. To add a measure, add a line. -#}

with

missing_children as (

    select * from {{ ref('int_police__missing_children_flagged') }}

),

{{ count_measures('missing_children', {
    'missing_episodes': 'is_missing_episode',
    'missing_children': 'is_first_episode_of_child',
}) }}
