{{ config(materialized='view', contract={'enforced': false}) }}

{#-
    One row per current indicator and authority, at the indicator's latest period in which
    at least half of the authorities have a comparable figure. An indicator that has no
    such period has no row.
-#}

with

scorecard as (

    select * from {{ ref('indicator_scorecard') }}

    where is_latest_period and area_type = 'local_authority'

)

select * from scorecard
