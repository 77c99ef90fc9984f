{#-
    One row per indicator, definition, period and period in which its figure counts:
    itself, and the financial year that its quarters make, all four of them where flows
    are added (`sum`), the last alone where a stock stands for its year (`last`).
-#}

with

indicators as (

    select * from {{ ref('indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

own_periods as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        periods.period_id,
        periods.period_id as whole_period_id,
        'itself' as part_kind

    from indicators

    inner join periods
        on
            concat('|', indicators.periods, '|')
            like concat('%|', periods.period_type, '|%')

),

quarters as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        periods.period_id,
        periods.year_period_id as whole_period_id,
        indicators.year_from_quarters as part_kind

    from indicators

    inner join periods
        on
            periods.period_type = 'quarter'
            and (
                indicators.year_from_quarters = 'sum'
                or (
                    indicators.year_from_quarters = 'last'
                    and periods.period_id like '%Q4'
                )
            )

    where concat('|', indicators.periods, '|') like '%|financial_year|%'

),

wholes as (

    select * from own_periods

    union all

    select * from quarters

)

select * from wholes
