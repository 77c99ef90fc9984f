-- Where a series breaks between two periods there is no previous value and no change.
with

periods as (

    select
        period_id,
        period_type,
        start_date,
        lag(start_date) over (partition by period_type order by start_date)
            as previous_start_date

    from {{ ref('dim_periods') }}

)

select
    comparisons.indicator_id,
    comparisons.area_code,
    comparisons.period_id,
    breaks.break_date,
    comparisons.previous_value,
    comparisons.change

from {{ ref('fct_comparisons') }} as comparisons

inner join periods
    on comparisons.period_id = periods.period_id

inner join {{ ref('indicator_breaks') }} as breaks
    on
        comparisons.indicator_id = breaks.indicator_id
        and periods.previous_start_date < breaks.break_date
        and periods.start_date >= breaks.break_date

where
    coalesce(
        comparisons.previous_value, comparisons.change, comparisons.change_deviates
    ) is not null
