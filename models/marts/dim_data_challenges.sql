{#- One row per challenge with the data, or oddity of the minutes, to be settled. -#}

with

data_challenges as (

    select * from {{ ref('data_challenges') }}

)

select * from data_challenges
