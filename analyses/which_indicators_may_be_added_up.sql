-- A row is an indicator, with whether its numerators may be added over boroughs and
-- over periods, and how its totals are made: values are never added, nor averaged.
select
    indicator_id,
    definition_version,
    title,
    value_type,
    unit,
    additive_over_areas,
    additive_over_time,
    rollup_rule

from {{ ref('dim_indicators') }}

where
    is_current
    and definition_status <> 'not_defined'

order by indicator_id asc
