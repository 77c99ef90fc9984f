-- A value has its definition in the catalogue, and a period of a kind that it knows.
select
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.period_id,
    periods.period_type,
    indicators.periods as periods_known

from {{ ref('fct_indicator_values') }} as indicator_values

left join {{ ref('dim_indicators') }} as indicators
    on
        indicator_values.indicator_id = indicators.indicator_id
        and indicator_values.definition_version = indicators.definition_version

left join {{ ref('dim_periods') }} as periods
    on indicator_values.period_id = periods.period_id

where
    coalesce(
        concat('|', indicators.periods, '|')
        not like concat('%|', periods.period_type, '|%'),
        true
    )
