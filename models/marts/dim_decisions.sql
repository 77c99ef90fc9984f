{#- One row per decision of the steering group, of 29 July 2008, in the minutes' words. -#}

with

decisions as (

    select * from {{ ref('decisions') }}

)

select * from decisions
