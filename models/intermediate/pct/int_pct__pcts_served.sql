{#-
    One row per PCT of the region. `area_code` is the authority it serves, or null where it
    serves two: an episode known by such a PCT alone belongs to neither.
-#}

with

pct_areas as (

    select * from {{ ref('pct_areas') }}

),

served as (

    select
        pct_code,
        case when count(*) = 1 then min(area_code) end as area_code

    from pct_areas

    group by pct_code

)

select * from served
