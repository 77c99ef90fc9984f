-- A year made of four reported quarters is their sum where the catalogue lets them add.
with

quarters as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.year_period_id as period_id,
        count(*) as quarters_reported,
        sum(indicator_values.numerator) as numerator,
        sum(indicator_values.denominator) as denominator,
        max(indicator_values.denominator) as one_denominator,
        max(case when cells.period_id like '%Q4' then indicator_values.denominator end)
            as last_denominator

    from {{ ref('int_cells__areas') }} as cells

    inner join {{ ref('fct_indicator_values') }} as indicator_values
        on
            cells.indicator_id = indicator_values.indicator_id
            and cells.definition_version = indicator_values.definition_version
            and cells.area_code = indicator_values.area_code
            and cells.period_id = indicator_values.period_id

    where cells.period_type = 'quarter' and indicator_values.value_status = 'reported'

    group by
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.year_period_id

    having count(*) = 4

)

select
    quarters.*,
    years.value_status as year_status,
    years.numerator as year_numerator,
    years.denominator as year_denominator

from quarters

inner join {{ ref('int_cells__areas') }} as cells
    on
        quarters.indicator_id = cells.indicator_id
        and quarters.definition_version = cells.definition_version
        and quarters.area_code = cells.area_code
        and quarters.period_id = cells.period_id
        and cells.is_derived

inner join {{ ref('dim_indicators') }} as indicators
    on
        quarters.indicator_id = indicators.indicator_id
        and quarters.definition_version = indicators.definition_version
        and indicators.year_from_quarters = 'sum'

inner join {{ ref('fct_indicator_values') }} as years
    on
        quarters.indicator_id = years.indicator_id
        and quarters.definition_version = years.definition_version
        and quarters.area_code = years.area_code
        and quarters.period_id = years.period_id

where
    -- a year that is partial for records set aside is so by its own sum
    years.value_status not in ('reported', 'partial')
    or (
        years.value_status = 'partial'
        and coalesce(years.records_set_aside, 0) = 0
    )
    or abs(years.numerator - quarters.numerator)
    > 1e-9 * greatest(quarters.numerator, 1)
    or abs(
        years.denominator
        - case indicators.year_denominator
            when 'sum' then quarters.denominator
            when 'same' then quarters.one_denominator
            when 'last_sent' then quarters.last_denominator
        end
    ) > 1e-9 * greatest(years.denominator, 1)
