{#-
    One row per value of an authority: its statistical neighbours' figure, numerators
    and denominators summed and divided once, over the neighbours in the region that have a
    reported value. Most authorities have neighbours elsewhere, whom we do not hold.
-#}

with

comparable as (

    select * from {{ ref('int_comparisons__values') }}

    where is_authority

),

current_neighbours as (

    select * from {{ ref('dim_neighbours') }}

    where is_latest_edition and neighbour_area_code is not null

),

summed as (

    select
        comparable.indicator_id,
        comparable.definition_version,
        comparable.area_code,
        comparable.period_id,
        comparable.value_type,
        comparable.multiplier,
        count(*) as neighbours_with_data,
        sum(neighbours.numerator) as numerator,
        sum(neighbours.denominator) as denominator

    from comparable

    inner join current_neighbours
        on comparable.area_code = current_neighbours.area_code

    inner join comparable as neighbours
        on
            current_neighbours.neighbour_area_code = neighbours.area_code
            and comparable.indicator_id = neighbours.indicator_id
            and comparable.definition_version = neighbours.definition_version
            and comparable.period_id = neighbours.period_id
            and neighbours.can_be_compared

    where comparable.additive_over_areas

    group by
        comparable.indicator_id,
        comparable.definition_version,
        comparable.area_code,
        comparable.period_id,
        comparable.value_type,
        comparable.multiplier

),

valued as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        neighbours_with_data,
        case
            when value_type = 'count' then numerator / nullif(neighbours_with_data, 0)
            else multiplier * numerator / nullif(denominator, 0)
        end as neighbours_value

    from summed

)

select * from valued
