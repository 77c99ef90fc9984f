-- One row per authority that is ranked: the quartile that every reader could work out,
-- or none. A hidden count is anything that its mark allows, so its value lies between
-- `low` and `high`; a value that is shown is both. (Totals that are shown would narrow
-- that by next to nothing.) Bounds of quartiles never fall when a
-- value rises, and a value rises at least as fast as they do. So the quartile of an
-- authority is greatest with its own value at its highest and all others at their
-- lowest, and least the other way round. Where both are the same, it is the same for
-- every table that a reader cannot exclude, and says nothing of the hidden counts.
--
-- Senders may contradict themselves, a part above its whole: a value then lies outside.
-- A quartile that is another than the one found here is not told.
--
-- Reads what is published of values, and of comparisons only who is ranked.
-- noqa: disable=LT02
create or replace temp macro quartile_of(figure, lower, middle, upper, polarity) as
    case
        when polarity = 'high_is_good' and figure >= upper then 1
        when polarity = 'high_is_good' and figure >= middle then 2
        when polarity = 'high_is_good' and figure >= lower then 3
        when polarity = 'high_is_good' then 4
        when figure <= lower then 1
        when figure <= middle then 2
        when figure <= upper then 3
        else 4
    end;
-- noqa: enable=LT02

create or replace temp table quartiles_told as
with

ranked as (

    select
        compared.indicator_id,
        compared.definition_version,
        compared.area_code,
        compared.period_id,
        indicators.polarity,
        indicators.value_type,
        indicators.multiplier,
        shown.indicator_value,
        shown.denominator,
        hidden.area_code is not null as is_hidden,
        case when shown.value_status = 'suppressed' then rule_in_force.threshold end
            as most

    from mart.fct_comparisons as compared

    inner join mart.fct_indicator_values as shown
        using (indicator_id, definition_version, area_code, period_id)

    inner join mart.dim_indicators as indicators
        using (indicator_id, definition_version)

    left join hidden using (indicator_id, definition_version, area_code, period_id)

    cross join rule_in_force

    where compared.rank is not null

),

-- a count of children is hidden when it is 1 or more
boxed as (

    select
        ranked.*,

        case
            when not is_hidden then indicator_value
            when value_type = 'count' then 1
            when denominator is null then 0
            else multiplier / denominator
        end as low,

        case
            when not is_hidden then indicator_value
            when value_type = 'count' then coalesce(most, 1e300)
            when value_type = 'proportion'
                then multiplier * least(coalesce(most / denominator, 1), 1)
            else coalesce(multiplier * most / denominator, 1e300)
        end as high

    from ranked

),

-- each authority at its highest among the others at their lowest, and the reverse
facing as (

    select
        one.indicator_id,
        one.definition_version,
        one.area_code,
        one.period_id,
        one.polarity,
        one.low,
        one.high,
        case when one.area_code = other.area_code then one.high else other.low end
            as when_high,
        case when one.area_code = other.area_code then one.low else other.high end
            as when_low

    from boxed as one

    inner join boxed as other
        using (indicator_id, definition_version, period_id)

),

bounds as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        polarity,
        low,
        high,
        count(*) as ranked_areas,
        percentile_cont(0.25) within group (order by when_high) as lower_when_high,
        percentile_cont(0.5) within group (order by when_high) as middle_when_high,
        percentile_cont(0.75) within group (order by when_high) as upper_when_high,
        percentile_cont(0.25) within group (order by when_low) as lower_when_low,
        percentile_cont(0.5) within group (order by when_low) as middle_when_low,
        percentile_cont(0.75) within group (order by when_low) as upper_when_low

    from facing

    group by
        indicator_id, definition_version, area_code, period_id, polarity, low, high

),

extremes as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        quartile_of(
            high, lower_when_high, middle_when_high, upper_when_high, polarity
        ) as one_extreme,
        quartile_of(
            low, lower_when_low, middle_when_low, upper_when_low, polarity
        ) as other_extreme

    from bounds

    where ranked_areas >= 4

)

select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    one_extreme as quartile

from extremes

where one_extreme = other_extreme
