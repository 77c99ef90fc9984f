-- London is its two halves and what no record places in a borough, whole or partial.
with

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

pieces as (

    select
        indicator_id,
        definition_version,
        period_id,
        count(*) filter (where value_status in ('reported', 'partial')) as halves_in,
        sum(areas_included) as areas_included,
        sum(numerator) as numerator,
        sum(denominator) as denominator

    from indicator_values

    where area_code in ('E13000001', 'E13000002')

    group by
        indicator_id,
        definition_version,
        period_id

)

select
    london.indicator_id,
    london.definition_version,
    london.period_id,
    london.areas_included,
    pieces.areas_included as areas_of_halves,
    london.numerator,
    pieces.numerator + coalesce(unallocated.numerator, 0) as numerator_of_pieces,
    london.denominator,
    pieces.denominator as denominator_of_halves

from indicator_values as london

inner join pieces
    on
        london.indicator_id = pieces.indicator_id
        and london.definition_version = pieces.definition_version
        and london.period_id = pieces.period_id
        and pieces.halves_in = 2

left join indicator_values as unallocated
    on
        london.indicator_id = unallocated.indicator_id
        and london.definition_version = unallocated.definition_version
        and london.period_id = unallocated.period_id
        and unallocated.area_code = 'UNALLOCATED'

where
    london.area_code = 'E12000007'
    and (
        london.areas_included <> pieces.areas_included
        or abs(
            london.numerator - pieces.numerator - coalesce(unallocated.numerator, 0)
        ) > 1e-9 * greatest(london.numerator, 1)
        or abs(london.denominator - pieces.denominator)
        > 1e-9 * greatest(london.denominator, 1)
    )
