-- One row per area, extract, sender and period of which a return is not in order: the
-- gravest of its states.
with

cells as (

    select
        area_code,
        extract,
        submitter,
        period_id,
        arg_max(
            coverage_status, list_position($by_gravity, coverage_status)
        ) as coverage_status

    from mart.fct_coverage

    where not list_contains($in_order, coverage_status)

    group by
        area_code,
        extract,
        submitter,
        period_id

)

select
    cells.*,
    periods.period_type,
    periods.period_label,
    periods.year_period_id

from cells

inner join mart.dim_periods as periods
    on cells.period_id = periods.period_id

order by
    cells.area_code,
    cells.extract,
    cells.submitter,
    periods.start_date,
    periods.end_date desc
