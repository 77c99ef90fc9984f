-- Of a stock the year is its fourth quarter, whatever the others say.
select
    years.indicator_id,
    years.definition_version,
    years.area_code,
    years.period_id,
    years.value_status,
    quarters.value_status as quarter_status,
    years.numerator,
    quarters.numerator as quarter_numerator

from {{ ref('fct_indicator_values') }} as years

inner join {{ ref('int_cells__areas') }} as cells
    on
        years.indicator_id = cells.indicator_id
        and years.definition_version = cells.definition_version
        and years.area_code = cells.area_code
        and years.period_id = cells.period_id
        and cells.is_derived

inner join {{ ref('dim_indicators') }} as indicators
    on
        years.indicator_id = indicators.indicator_id
        and years.definition_version = indicators.definition_version
        and indicators.year_from_quarters = 'last'

left join {{ ref('fct_indicator_values') }} as quarters
    on
        years.indicator_id = quarters.indicator_id
        and years.definition_version = quarters.definition_version
        and years.area_code = quarters.area_code
        and quarters.period_id = concat(years.period_id, 'Q4')

where
    coalesce(years.value_status <> quarters.value_status, true)
    or coalesce(years.numerator, -1) <> coalesce(quarters.numerator, -1)
    or coalesce(years.denominator, -1) <> coalesce(quarters.denominator, -1)
