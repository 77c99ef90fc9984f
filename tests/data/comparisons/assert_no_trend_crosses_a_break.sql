-- Where the series breaks among five periods, there is no trend over them.
with

periods as (

    select
        period_id,
        period_type,
        start_date,
        lag(start_date, 4) over (partition by period_type order by start_date)
            as first_start_date

    from {{ ref('dim_periods') }}

)

select
    comparisons.indicator_id,
    comparisons.area_code,
    comparisons.period_id,
    breaks.break_date,
    comparisons.trend

from {{ ref('fct_comparisons') }} as comparisons

inner join periods
    on comparisons.period_id = periods.period_id

inner join {{ ref('indicator_breaks') }} as breaks
    on
        comparisons.indicator_id = breaks.indicator_id
        and periods.first_start_date < breaks.break_date
        and periods.start_date >= breaks.break_date

where comparisons.trend <> 'cannot_be_calculated'
