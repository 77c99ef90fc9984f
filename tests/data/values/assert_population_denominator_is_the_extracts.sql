-- A rate is divided by the population of the year in which its financial year begins.
select
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.area_code,
    indicator_values.period_id,
    indicator_values.denominator,
    populations.persons

from {{ ref('fct_indicator_values') }} as indicator_values

inner join {{ ref('dim_indicators') }} as indicators
    on
        indicator_values.indicator_id = indicators.indicator_id
        and indicator_values.definition_version = indicators.definition_version
        and indicators.denominator_basis = 'population'

inner join {{ ref('dim_areas') }} as areas
    on
        indicator_values.area_code = areas.area_code
        and areas.area_type = 'local_authority'

inner join {{ ref('dim_periods') }} as periods
    on indicator_values.period_id = periods.period_id

left join {{ ref('int_ons__populations_current') }} as populations
    on
        indicator_values.area_code = populations.area_code
        and indicators.population_age_band = populations.age_band
        and populations.mid_year = case
            when periods.period_type in ('quarter', 'financial_year')
                then cast(substring(periods.period_id, 1, 4) as bigint)
            else periods.mid_year
        end

where
    indicator_values.denominator is not null
    and coalesce(indicator_values.denominator <> populations.persons, true)
