{#- One row per measure, file, area and month. To add a measure, add a line. -#}

with

referrals as (

    select * from {{ ref('int_lado__referrals_flagged') }}

),

{{ count_measures('referrals', {
    'lado_allegations': 'is_allegation',
}) }}
