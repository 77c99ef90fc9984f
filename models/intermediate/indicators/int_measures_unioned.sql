{#-
    One row per measure, file, area and month, from every record-level extract. What
    follows costs the same at a million events and at a hundred million.
-#}

with

measures as (

    select * from {{ ref('int_pct__admissions_counted') }}

    union all

    select * from {{ ref('int_police__offences_counted') }}

    union all

    select * from {{ ref('int_police__missing_children_counted') }}

    union all

    select * from {{ ref('int_lado__referrals_counted') }}

)

select * from measures
