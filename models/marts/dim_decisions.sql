{#- One row per decision of the steering group on 29 July 2008, in its own words. -#}

with

decisions as (

    select * from {{ ref('decisions') }}

)

select * from decisions
