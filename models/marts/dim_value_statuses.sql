{#- One row per reason a cell can have, with its symbol and its words. -#}

with

value_statuses as (

    select * from {{ ref('value_statuses') }}

)

select * from value_statuses
