-- A row is a total for London, Inner or Outer London for which boroughs are missing: it
-- covers areas_included of them, and is shown but never compared.
select
    period_id,
    indicator_id,
    definition_version,
    title,
    area_code,
    area_name,
    areas_included,
    numerator,
    numerator_low,
    numerator_high,
    denominator,
    indicator_value,
    unit_of_period

from {{ ref('indicator_scorecard') }}

where
    area_type in ('region', 'sub_region')
    and value_status = 'partial'

order by
    end_date desc,
    start_date desc,
    indicator_id asc,
    definition_version asc,
    area_code asc
