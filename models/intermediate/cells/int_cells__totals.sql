{#-
    One row per indicator, definition, total area (the region and its parts) and
    period, for indicators that add over areas. Totals come from the records: events of
    boroughs whose own sender is silent count in them, unallocated ones in the region only.
    An area without denominator makes the total partial and stays out of its ratio.
-#}

with

indicators as (

    select * from {{ ref('indicators') }}

    where additive_over_areas

),

area_exceptions as (

    select * from {{ ref('area_exceptions') }}

    where applies = 'always'

),

cells as (

    select * from {{ ref('int_cells__areas') }}

),

wholes as (

    select * from {{ ref('int_parts__areas') }}

    where part_kind = 'area'

),

unallocated as (

    select
        unallocated.*,
        wholes.whole_area_code

    from {{ ref('int_cells__unallocated') }} as unallocated

    inner join wholes
        on unallocated.area_code = wholes.area_code

),


areas_expected as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        wholes.whole_area_code,
        count(*) - count(area_exceptions.area_code) as areas_expected

    from indicators

    cross join wholes

    left join area_exceptions
        on
            indicators.indicator_id = area_exceptions.indicator_id
            and wholes.area_code = area_exceptions.area_code

    where wholes.area_code <> 'UNALLOCATED'

    group by
        indicators.indicator_id,
        indicators.definition_version,
        wholes.whole_area_code

),

parts as (

    select
        cells.indicator_id,
        cells.definition_version,
        wholes.whole_area_code as area_code,
        cells.period_id,
        cells.source_extract,
        cells.cell_status,
        cells.numerator,
        cells.numerator_low,
        cells.numerator_high,
        cells.denominator,
        cells.extra_events,
        cells.cell_status = 'no_denominator' as is_outside_ratio,
        areas_expected.areas_expected,
        case
            when
                cells.cell_status = 'not_applicable'
                and area_exceptions.area_code is null
                then 1
            else 0
        end as marked_inapplicable

    from cells

    inner join indicators
        on
            cells.indicator_id = indicators.indicator_id
            and cells.definition_version = indicators.definition_version

    inner join wholes
        on cells.area_code = wholes.area_code

    inner join areas_expected
        on
            cells.indicator_id = areas_expected.indicator_id
            and cells.definition_version = areas_expected.definition_version
            and wholes.whole_area_code = areas_expected.whole_area_code

    left join area_exceptions
        on
            cells.indicator_id = area_exceptions.indicator_id
            and cells.area_code = area_exceptions.area_code

    where cells.cell_status <> 'not_defined'

),

{{ roll_up(
    'parts',
    ['indicator_id', 'definition_version', 'area_code', 'period_id'],
    expected='max(areas_expected) - sum(marked_inapplicable)',
    is_span=false
) }},

part_sources as (

    select
        parts.*,
        split_part(source_extract, '+', 1) as first_source,
        coalesce(nullif(split_part(source_extract, '+', 2), ''), source_extract)
            as last_source

    from parts

),

sources as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,

        case
            when min(first_source) = max(last_source) then min(first_source)
            else concat(min(first_source), '+', max(last_source))
        end as source_extract

    from part_sources

    where
        {{ status_is('cell_status', 'answer') }}

    group by indicator_id, definition_version, area_code, period_id

),

totalled as (

    select
        rolled_up.indicator_id,
        rolled_up.definition_version,
        rolled_up.area_code,
        rolled_up.period_id,
        sources.source_extract,
        rolled_up.cell_status,
        rolled_up.numerator
        + rolled_up.extra_events
        + coalesce(unallocated.numerator, 0)
            as numerator,
        rolled_up.numerator_low
        + rolled_up.extra_events
        + coalesce(unallocated.numerator, 0) as numerator_low,
        rolled_up.numerator_high
        + rolled_up.extra_events
        + coalesce(unallocated.numerator, 0) as numerator_high,
        rolled_up.denominator,
        rolled_up.parts_in as areas_included

    from rolled_up

    left join sources
        on
            rolled_up.indicator_id = sources.indicator_id
            and rolled_up.definition_version = sources.definition_version
            and rolled_up.area_code = sources.area_code
            and rolled_up.period_id = sources.period_id

    left join unallocated
        on
            rolled_up.area_code = unallocated.whole_area_code
            and rolled_up.indicator_id = unallocated.indicator_id
            and rolled_up.definition_version = unallocated.definition_version
            and rolled_up.period_id = unallocated.period_id

)

select * from totalled
