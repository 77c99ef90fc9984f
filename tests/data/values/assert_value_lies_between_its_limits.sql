-- Limits enclose the value, and the wider ones enclose the narrower.
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    lower_limit_998,
    lower_limit,
    indicator_value,
    upper_limit,
    upper_limit_998

from {{ ref('fct_indicator_values') }}

where
    lower_limit > indicator_value
    or upper_limit < indicator_value
    or lower_limit_998 > lower_limit
    or upper_limit_998 < upper_limit
