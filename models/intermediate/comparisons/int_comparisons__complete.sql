{#-
    One row per indicator that adds over areas, definition, region and period: the figure
    of the authorities that are complete, numerators and denominators summed and divided
    once, and who is not among them. None where too few are complete to stand for all.
-#}

with

comparable as (

    select * from {{ ref('int_comparisons__values') }}

    where is_authority and additive_over_areas

),

authorities as (

    select * from {{ ref('dim_areas') }}

    where area_type = 'local_authority'

),

wholes as (

    select distinct
        indicator_id,
        definition_version,
        region_area_code,
        period_id,
        value_type,
        multiplier

    from comparable

),

-- every authority of the region, with its figure or without: by a definition that is
-- not in force has one only who sent it
asked as (

    select
        wholes.*,
        authorities.area_name,
        comparable.numerator,
        comparable.denominator,
        coalesce(comparable.can_be_compared, false) as is_complete,
        case
            when {{ status_is('comparable.value_status', 'void') }} then false
            else true
        end as is_awaited

    from wholes

    inner join authorities
        on wholes.region_area_code = authorities.region_area_code

    left join comparable
        on
            wholes.indicator_id = comparable.indicator_id
            and wholes.definition_version = comparable.definition_version
            and wholes.period_id = comparable.period_id
            and authorities.area_code = comparable.area_code

),

summed as (

    select
        indicator_id,
        definition_version,
        region_area_code,
        period_id,
        value_type,
        multiplier,
        sum(case when is_complete then numerator end) as numerator,
        sum(case when is_complete then denominator end) as denominator,
        sum(case when is_complete then 1 else 0 end) as areas_complete,
        sum(case when is_awaited then 1 else 0 end) as areas_awaited,
        {{ listed(
            'case when is_awaited and not is_complete then area_name end'
        ) }} as areas_missing

    from asked

    group by
        indicator_id,
        definition_version,
        region_area_code,
        period_id,
        value_type,
        multiplier

),

valued as (

    select
        indicator_id,
        definition_version,
        region_area_code,
        period_id,
        areas_complete,
        areas_missing,
        case
            when value_type = 'count' then numerator
            else multiplier * numerator / nullif(denominator, 0)
        end as complete_value

    from summed

    where
        {{ is_enough('areas_complete', 'areas_awaited') }}

)

select * from valued
