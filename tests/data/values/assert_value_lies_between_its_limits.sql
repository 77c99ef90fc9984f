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

-- the last digits of a division are nobody's concern
where
    lower_limit > indicator_value + 1e-9 * greatest(indicator_value, 1)
    or upper_limit < indicator_value - 1e-9 * greatest(indicator_value, 1)
    or lower_limit_998 > lower_limit + 1e-9 * greatest(indicator_value, 1)
    or upper_limit_998 < upper_limit - 1e-9 * greatest(indicator_value, 1)
