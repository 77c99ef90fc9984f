-- The region is its parts and what no record places in a borough, whole or partial.
with

indicator_values as (

    select
        indicator_values.*,
        areas.area_type

    from {{ ref('fct_indicator_values') }} as indicator_values

    inner join {{ ref('dim_areas') }} as areas
        on indicator_values.area_code = areas.area_code

),

wholes as (

    select count(*) as parts_there

    from {{ ref('dim_areas') }}

    where area_type = 'sub_region'

),

pieces as (

    select
        indicator_id,
        definition_version,
        period_id,
        count(*) filter (where value_status in ('reported', 'partial')) as parts_in,
        sum(areas_included) as areas_included,
        sum(numerator) as numerator,
        sum(denominator) as denominator

    from indicator_values

    where area_type = 'sub_region'

    group by
        indicator_id,
        definition_version,
        period_id

)

select
    whole.indicator_id,
    whole.definition_version,
    whole.period_id,
    whole.areas_included,
    pieces.areas_included as areas_of_parts,
    whole.numerator,
    pieces.numerator + coalesce(unallocated.numerator, 0) as numerator_of_pieces,
    whole.denominator,
    pieces.denominator as denominator_of_parts

from indicator_values as whole

inner join pieces
    on
        whole.indicator_id = pieces.indicator_id
        and whole.definition_version = pieces.definition_version
        and whole.period_id = pieces.period_id

inner join wholes
    on pieces.parts_in = wholes.parts_there

left join indicator_values as unallocated
    on
        whole.indicator_id = unallocated.indicator_id
        and whole.definition_version = unallocated.definition_version
        and whole.period_id = unallocated.period_id
        and unallocated.area_type = 'unallocated'

where
    whole.area_type = 'region'
    and (
        whole.areas_included <> pieces.areas_included
        or abs(
            whole.numerator - pieces.numerator - coalesce(unallocated.numerator, 0)
        ) > 1e-9 * greatest(whole.numerator, 1)
        or abs(whole.denominator - pieces.denominator)
        > 1e-9 * greatest(whole.denominator, 1)
    )
