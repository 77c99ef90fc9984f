{#-
    One row per authority, edition of the lists and statistical neighbour, in order of
    closeness. Comparisons use the latest edition, and of it the neighbours whose figures
    the warehouse holds.
-#}

with

neighbours as (

    select * from {{ ref('statistical_neighbours') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

latest_edition as (

    select max(edition) as edition

    from neighbours

),

dated as (

    select
        neighbours.area_code,
        areas.area_name,
        neighbours.edition,
        neighbours.neighbour_rank,
        neighbours.neighbour_area_code,
        neighbours.neighbour_name,
        neighbours.neighbour_dfe_code,
        neighbours.closeness,
        neighbours.edition = latest_edition.edition as is_latest_edition,
        neighbours.source

    from neighbours

    inner join areas
        on neighbours.area_code = areas.area_code

    cross join latest_edition

)

select * from dated
