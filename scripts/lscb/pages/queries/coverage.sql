-- One row per extract, submitter and period: the gravest of its states, and of how many
-- indicator cells each state is true.
with

cells as (

    select
        *,
        list_position($by_gravity, coverage_status) as gravity

    from mart.fct_coverage

),

names as (

    select
        area_code as submitter,
        area_name as submitter_name

    from mart.dim_areas

    union all

    select
        pct_code as submitter,
        string_agg(area_name, ' and ' order by area_name) || ' PCT' as submitter_name

    from mart.dim_areas

    where pct_code is not null

    group by pct_code

)

select
    cells.extract,
    cells.submitter,
    coalesce(names.submitter_name, cells.submitter) as submitter_name,
    cells.period_id,
    periods.period_label,
    periods.period_type,
    periods.end_date,
    max(cells.due_date) as due_date,
    max(cells.received_date) as received_date,
    arg_max(cells.coverage_status, cells.gravity) as coverage_status,
    count(*) as cells_expected,
    count(*) filter (where cells.coverage_status = 'on time') as on_time,
    count(*) filter (where cells.coverage_status = 'late') as late,
    count(*) filter (where cells.coverage_status = 'partial') as partial,
    count(*) filter (where cells.coverage_status = 'refused') as refused,
    count(*) filter (where cells.coverage_status = 'missing') as missing,
    count(*) filter (where cells.coverage_status = 'not due') as not_due

from cells

inner join mart.dim_periods as periods
    using (period_id)

left join names
    using (submitter)

group by all

order by
    cells.extract,
    submitter_name,
    min(periods.start_date),
    max(periods.end_date)
