{{ config(materialized='view', contract={'enforced': false}) }}

{#-
    One row per row of latest_boroughs and statistical neighbour of its authority, in the
    latest edition of the lists: both figures side by side, at one period. A neighbour
    elsewhere is named, and has no figure.
-#}

with

figures as (

    select * from {{ ref('latest_boroughs') }}

),

neighbours as (

    select * from {{ ref('dim_neighbours') }}

    where is_latest_edition

),

side_by_side as (

    select
        figures.indicator_id,
        figures.definition_version,
        figures.title,
        figures.period_id,
        figures.period_label,
        figures.unit_of_period,
        figures.polarity,

        figures.area_code,
        figures.area_name,
        figures.indicator_value,
        figures.lower_limit,
        figures.upper_limit,
        figures.value_status,
        figures.is_comparable,

        neighbours.edition,
        neighbours.neighbour_rank,
        neighbours.closeness,
        neighbours.neighbour_area_code,
        neighbours.neighbour_name,
        theirs.indicator_value as neighbour_value,
        theirs.lower_limit as neighbour_lower_limit,
        theirs.upper_limit as neighbour_upper_limit,
        theirs.value_status as neighbour_status,
        coalesce(theirs.is_comparable, false) as is_neighbour_comparable,

        figures.neighbours_value,
        figures.neighbours_with_data

    from figures

    inner join neighbours
        on figures.area_code = neighbours.area_code

    left join figures as theirs
        on
            figures.indicator_id = theirs.indicator_id
            and neighbours.neighbour_area_code = theirs.area_code

)

select * from side_by_side
