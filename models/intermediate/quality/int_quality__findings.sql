{#- One row per rule and per finding, of both rounds of rules. -#}

with

figure_findings as (

    select * from {{ ref('int_quality__figure_findings') }}

),

mart_findings as (

    select * from {{ ref('int_quality__mart_findings') }}

),

unioned as (

    select * from figure_findings

    union all

    select * from mart_findings

)

select * from unioned
