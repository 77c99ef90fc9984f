-- The bounds of a suppressed total are the numbers and bounds of its parts, added.
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
        sum(coalesce(indicator_values.numerator_low, indicator_values.numerator))
            as numerator_low,
        sum(coalesce(indicator_values.numerator_high, indicator_values.numerator))
            as numerator_high,
        count(*) filter (
            where indicator_values.numerator_low is not null
            and indicator_values.numerator_high is null
        ) as highs_unknown

    from indicator_values

    inner join parts
        on indicator_values.area_code = parts.area_code

    -- an area without denominator stays out of the total
    where
        indicator_values.value_status <> 'no_denominator'
        or indicator_values.area_code = 'UNALLOCATED'

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
    totals.numerator_low,
    summed.numerator_low as summed_low,
    totals.numerator_high,
    summed.numerator_high as summed_high

from indicator_values as totals

inner join summed
    on
        totals.indicator_id = summed.indicator_id
        and totals.definition_version = summed.definition_version
        and totals.area_code = summed.area_code
        and totals.period_id = summed.period_id

where
    totals.value_status = 'suppressed_at_source'
    and (
        coalesce(
            abs(totals.numerator_low - summed.numerator_low)
            > 1e-9 * greatest(summed.numerator_low, 1),
            true
        )
        or (totals.numerator_high is null) <> (summed.highs_unknown > 0)
        or abs(totals.numerator_high - summed.numerator_high)
        > 1e-9 * greatest(summed.numerator_high, 1)
    )
