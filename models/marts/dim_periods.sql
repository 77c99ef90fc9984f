{#-
    One row per period of the calendar: months, financial quarters and years, academic
    years, calendar years and Tell Us waves. The calendar runs by financial years, from
    the first that a seed names to the one in which the as-of date lies; what is sent
    for any other period counts nowhere.
-#}

with

periods as (

    select * from {{ ref('int_periods') }}

),

calendar as (

    select * from {{ ref('calendar') }}

),

bounds as (

    select
        first_year,
        cast(year({{ add_months(as_of(), '-3') }}) as bigint) + years_ahead as last_year

    from calendar

),

kept as (

    select periods.*

    from periods

    inner join bounds
        on periods.mid_year between bounds.first_year and bounds.last_year

)

select * from kept
