-- One row per figure of an authority of which a question is open and explained by its
-- sender, and per reason that it gave.
select distinct
    flags.indicator_id,
    flags.area_code,
    areas.area_name,
    flags.period_id,
    periods.period_label,
    periods.period_type,
    periods.start_date,
    flags.explained_reason

from mart.fct_quality_flags as flags

inner join mart.dim_areas as areas
    on flags.area_code = areas.area_code

inner join mart.dim_periods as periods
    on flags.period_id = periods.period_id

where
    flags.explained_reason is not null
    and flags.indicator_id is not null
    and flags.state <> 'resolved'

order by
    flags.explained_reason,
    periods.start_date desc,
    flags.period_id,
    flags.indicator_id,
    areas.area_name
