-- Whoever reads "reported" finds a value beside it.
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    numerator,
    denominator

from {{ ref('fct_indicator_values') }}

where value_status = 'reported' and indicator_value is null
