-- The counts of every value, in the warehouse or as published.
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    numerator,
    denominator,
    numerator_low,
    numerator_high,
    value_status,
    ${denominator_hidden} as is_denominator_hidden

from ${schema}.fct_indicator_values

order by indicator_id, definition_version, area_code, period_id
