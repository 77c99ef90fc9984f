-- One row per authority of whose statistical neighbours some are hidden and some are
-- shown: the figure of those that are shown, summed and divided once. It is made of
-- published counts alone, so that anybody could work it out.
--
-- Reads `neighbours` (who is whose) and what is published of values; of comparisons
-- only who is ranked, because a neighbour that is not fully reported is none here.
create or replace temp table neighbours_told as
with

compared as (

    select
        compared.indicator_id,
        compared.definition_version,
        compared.area_code,
        compared.period_id,
        compared.neighbours_with_data,
        compared.rank is not null as is_ranked,
        indicators.value_type,
        indicators.multiplier,
        shown.numerator,
        shown.denominator,
        hidden.area_code is not null as is_hidden

    from mart.fct_comparisons as compared

    inner join mart.fct_indicator_values as shown
        using (indicator_id, definition_version, area_code, period_id)

    inner join mart.dim_indicators as indicators
        using (indicator_id, definition_version)

    left join hidden using (indicator_id, definition_version, area_code, period_id)

),

summed as (

    select
        one.indicator_id,
        one.definition_version,
        one.area_code,
        one.period_id,
        one.value_type,
        one.multiplier,
        count(*) as neighbours_with_data,
        count(*) filter (where not other.is_hidden) as neighbours_shown,
        sum(other.numerator) filter (where not other.is_hidden) as numerator,
        sum(other.denominator) filter (where not other.is_hidden) as denominator

    from compared as one

    inner join neighbours on one.area_code = neighbours.area_code

    inner join compared as other
        on
            neighbours.neighbour_area_code = other.area_code
            and one.indicator_id = other.indicator_id
            and one.definition_version = other.definition_version
            and one.period_id = other.period_id
            and other.is_ranked

    where one.neighbours_with_data > 0

    group by
        one.indicator_id,
        one.definition_version,
        one.area_code,
        one.period_id,
        one.value_type,
        one.multiplier

)

select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    neighbours_shown,
    case
        when value_type = 'count' then numerator / neighbours_shown
        else multiplier * numerator / nullif(denominator, 0)
    end as neighbours_value

from summed

where neighbours_shown between 1 and neighbours_with_data - 1
