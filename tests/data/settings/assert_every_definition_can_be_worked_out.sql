-- A definition has what its kind of value is worked out of, and its dates in order.
select
    indicator_id,
    definition_version,
    value_type,
    multiplier,
    denominator_basis,
    population_age_band,
    valid_from,
    valid_to

from {{ ref('indicators') }}

where
    (
        value_type in ('rate', 'proportion', 'ratio')
        and (multiplier is null or denominator_basis = 'none')
    )
    or (value_type = 'survey_percentage') <> (denominator_basis = 'survey_base')
    or (value_type = 'undefined') <> (definition_status = 'not_defined')
    or (denominator_basis = 'population' and population_age_band is null)
    or valid_from > valid_to
