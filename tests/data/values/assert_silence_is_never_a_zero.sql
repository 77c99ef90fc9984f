-- Where nothing was sent, or nothing that can be used, there is no number at all.
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    value_status,
    numerator,
    denominator,
    indicator_value

from {{ ref('fct_indicator_values') }}

where
    value_status in (
        'not_submitted',
        'refused',
        'not_available',
        'not_applicable',
        'not_defined',
        'not_due'
    )
    and coalesce(numerator, indicator_value, lower_limit, upper_limit) is not null
