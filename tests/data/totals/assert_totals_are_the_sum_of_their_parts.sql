-- A reported total is the sum of its authorities, the region of the unallocated too.
with

areas as (

    select * from {{ ref('dim_areas') }}

),

parts as (

    select
        area_code,
        parent_area_code as total_area_code

    from areas

    where area_type = 'local_authority'

    union all

    select
        areas.area_code,
        regions.area_code as total_area_code

    from areas

    inner join areas as regions
        on regions.area_type = 'region'

    where areas.area_type in ('local_authority', 'unallocated')

),

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

summed as (

    select
        indicator_values.indicator_id,
        indicator_values.definition_version,
        parts.total_area_code as area_code,
        indicator_values.period_id,
        sum(indicator_values.numerator) as numerator,
        sum(indicator_values.denominator) as denominator,
        count(*) filter (
            where indicator_values.value_status = 'reported'
            or (
                indicator_values.value_status = 'partial'
                and indicator_values.records_set_aside > 0
            )
        ) as authorities_reported,
        -- one that is partial for records set aside is in: the total has its own bounds
        count(*) filter (
            where indicator_values.area_code <> 'UNALLOCATED'
            and indicator_values.value_status not in ('reported', 'not_applicable')
            and not (
                indicator_values.value_status = 'partial'
                and coalesce(indicator_values.records_set_aside, 0) > 0
            )
        ) as authorities_not_in

    from indicator_values

    inner join parts
        on indicator_values.area_code = parts.area_code

    group by
        indicator_values.indicator_id,
        indicator_values.definition_version,
        parts.total_area_code,
        indicator_values.period_id

)

select
    totals.indicator_id,
    totals.definition_version,
    totals.area_code,
    totals.period_id,
    totals.areas_included,
    summed.authorities_reported,
    summed.authorities_not_in,
    totals.numerator,
    summed.numerator as summed_numerator,
    totals.denominator,
    summed.denominator as summed_denominator

from indicator_values as totals

inner join summed
    on
        totals.indicator_id = summed.indicator_id
        and totals.definition_version = summed.definition_version
        and totals.area_code = summed.area_code
        and totals.period_id = summed.period_id

where
    totals.value_status = 'reported'
    and (
        summed.authorities_not_in > 0
        or totals.areas_included <> summed.authorities_reported
        or abs(totals.numerator - summed.numerator)
        > 1e-9 * greatest(summed.numerator, 1)
        or abs(totals.denominator - summed.denominator)
        > 1e-9 * greatest(summed.denominator, 1)
    )
