{#- One row per line of what a stranger to the published file should read first. -#}

with

lines as (

    select * from {{ ref('first_lines') }}

)

select * from lines
