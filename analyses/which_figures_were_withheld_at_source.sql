-- A row is a figure whose small number its sender hid: it is neither zero nor
-- missing, and lies between numerator_low and numerator_high where these are known.
select
    period_id,
    indicator_id,
    definition_version,
    title,
    area_code,
    area_name,
    area_type,
    numerator_low,
    numerator_high,
    denominator,
    source_extract

from {{ ref('indicator_scorecard') }}

where value_status = 'suppressed_at_source'

order by
    end_date desc,
    start_date desc,
    indicator_id asc,
    definition_version asc,
    area_code asc
