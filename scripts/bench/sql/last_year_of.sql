-- The files of the last financial year of so many authorities, the last by their order,
-- and of the PCTs that serve them.
with

late as (

    select
        area_code,
        pct_code

    from mart.dim_areas

    where area_type = 'local_authority'

    order by sort_order desc

    limit $boroughs

),

last_year as (

    select max(periods.start_date) as start_date

    from mart.dim_periods as periods

    inner join mart.fct_submissions as submissions
        on
            periods.period_id = submissions.period_id
            and periods.period_type = 'financial_year'

)

select distinct submissions.relative_path

from mart.fct_submissions as submissions

inner join mart.dim_periods as periods
    on submissions.period_id = periods.period_id

inner join late
    on
        submissions.area_code = late.area_code
        or submissions.pct_code = late.pct_code

cross join last_year

where periods.end_date >= last_year.start_date
