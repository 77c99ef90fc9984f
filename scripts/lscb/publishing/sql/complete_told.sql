-- One row per indicator, definition, region and period of which the complete
-- authorities stand for a region that is not whole: their figure, where every reader
-- can work it out from what is published. Either the counts of all of them are shown;
-- or, by halves or at once, a total is shown that is the sum of its parts, and so is
-- every part of it that is not among them. So it tells nothing that is not told
-- already, now or by a later publication.
--
-- Reads `marks`, what is published of values and of totals that are no sums; of
-- comparisons only who is ranked and what the warehouse set them against.
create or replace temp table complete_told as
with

shown as (

    select
        cells.*,
        marks.numerator_mark,
        coalesce(marks.hides_denominator, false) as hides_denominator,
        coalesce(compared.rank is not null, false) as is_complete

    from mart.fct_indicator_values as cells

    left join marks
        using (indicator_id, definition_version, area_code, period_id)

    left join mart.fct_comparisons as compared
        using (indicator_id, definition_version, area_code, period_id)

),

-- where a sender answered and no count stands, its source hid it, or a part of it
counts as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        is_complete,
        'numerator' as measure,
        numerator as figure,
        numerator is null
        and (numerator_mark is not null or value_status = any($answer)) as is_untold

    from shown

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        is_complete,
        'denominator' as measure,
        denominator as figure,
        hides_denominator as is_untold

    from shown

),

apart as (

    select distinct
        indicator_id,
        definition_version,
        area_code,
        period_id,
        measure

    from mart.fct_totals_apart

    where relation = 'areas'

),

totals as (

    select
        counts.*,
        apart.area_code is not null as is_apart

    from counts

    left join apart
        using (indicator_id, definition_version, area_code, period_id, measure)

),

asked as (

    select distinct
        compared.indicator_id,
        compared.definition_version,
        areas.region_area_code,
        compared.period_id,
        compared.london_value

    from mart.fct_comparisons as compared

    inner join mart.dim_areas as areas
        using (area_code)

    where compared.london_basis = 'complete_boroughs'

),

in_halves as (

    select
        counts.indicator_id,
        counts.definition_version,
        counts.period_id,
        counts.measure,
        areas.region_area_code,
        areas.parent_area_code,
        coalesce(sum(counts.figure) filter (where counts.is_complete), 0) as own,
        coalesce(sum(counts.figure) filter (where not counts.is_complete), 0) as rest,
        coalesce(bool_or(counts.is_untold) filter (where counts.is_complete), false)
            as is_own_untold,
        coalesce(bool_or(counts.is_untold) filter (where not counts.is_complete), false)
            as is_rest_untold

    from counts

    inner join mart.dim_areas as areas
        using (area_code)

    where areas.region_area_code is not null

    group by all

),

by_halves as (

    select
        in_halves.*,
        coalesce(totals.is_apart, false) as is_apart,
        case
            when not in_halves.is_own_untold then in_halves.own
            when
                totals.figure is not null
                and not totals.is_apart
                and not in_halves.is_rest_untold
                then totals.figure - in_halves.rest
        end as figure_told

    from in_halves

    left join totals
        on
            in_halves.indicator_id = totals.indicator_id
            and in_halves.definition_version = totals.definition_version
            and in_halves.period_id = totals.period_id
            and in_halves.measure = totals.measure
            and in_halves.parent_area_code = totals.area_code

),

summed as (

    select
        indicator_id,
        definition_version,
        period_id,
        measure,
        region_area_code,
        case when bool_and(figure_told is not null) then sum(figure_told) end
            as sum_of_halves,
        sum(rest) as rest,
        bool_or(is_rest_untold or is_apart) as is_rest_untold

    from by_halves

    group by all

),

unplaced as (

    select
        totals.indicator_id,
        totals.definition_version,
        totals.period_id,
        totals.measure,
        areas.parent_area_code as region_area_code,
        sum(totals.figure) as figure,
        bool_or(totals.is_untold) as is_untold

    from totals

    inner join mart.dim_areas as areas
        using (area_code)

    where areas.area_type = 'unallocated'

    group by all

),

told as (

    select
        summed.indicator_id,
        summed.definition_version,
        summed.period_id,
        summed.measure,
        summed.region_area_code,
        case
            when summed.sum_of_halves is not null then summed.sum_of_halves
            when
                totals.figure is not null
                and not totals.is_apart
                and not summed.is_rest_untold
                and not coalesce(unplaced.is_untold, false)
                then totals.figure - coalesce(unplaced.figure, 0) - summed.rest
        end as figure_told

    from summed

    left join totals
        on
            summed.indicator_id = totals.indicator_id
            and summed.definition_version = totals.definition_version
            and summed.period_id = totals.period_id
            and summed.measure = totals.measure
            and summed.region_area_code = totals.area_code

    left join unplaced
        on
            summed.indicator_id = unplaced.indicator_id
            and summed.definition_version = unplaced.definition_version
            and summed.period_id = unplaced.period_id
            and summed.measure = unplaced.measure
            and summed.region_area_code = unplaced.region_area_code

),

divided as (

    select
        asked.indicator_id,
        asked.definition_version,
        asked.region_area_code,
        asked.period_id,
        asked.london_value,
        case
            when indicators.value_type = 'count' then numerators.figure_told
            else
                indicators.multiplier
                * numerators.figure_told
                / nullif(denominators.figure_told, 0)
        end as value_told

    from asked

    inner join mart.dim_indicators as indicators
        using (indicator_id, definition_version)

    inner join told as numerators
        on
            asked.indicator_id = numerators.indicator_id
            and asked.definition_version = numerators.definition_version
            and asked.region_area_code = numerators.region_area_code
            and asked.period_id = numerators.period_id
            and numerators.measure = 'numerator'

    inner join told as denominators
        on
            asked.indicator_id = denominators.indicator_id
            and asked.definition_version = denominators.definition_version
            and asked.region_area_code = denominators.region_area_code
            and asked.period_id = denominators.period_id
            and denominators.measure = 'denominator'

)

-- estimates have fractions, by which a sum of what is shown may be another
select
    indicator_id,
    definition_version,
    region_area_code,
    period_id,
    value_told

from divided

where abs(value_told - london_value) <= 1e-9 * london_value
