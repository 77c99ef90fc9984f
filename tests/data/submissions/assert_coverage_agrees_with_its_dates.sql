-- On time came by its day; of what is missing nothing came and it is overdue, or what
-- came does not hold it.
select
    coverage.indicator_id,
    coverage.definition_version,
    coverage.area_code,
    coverage.period_id,
    coverage.coverage_status,
    coverage.due_date,
    coverage.received_date,
    coverage.blocks_expected,
    coverage.blocks_in,
    indicator_values.value_status

from {{ ref('fct_coverage') }} as coverage

inner join {{ ref('fct_indicator_values') }} as indicator_values
    on
        coverage.indicator_id = indicator_values.indicator_id
        and coverage.definition_version = indicator_values.definition_version
        and coverage.area_code = indicator_values.area_code
        and coverage.period_id = indicator_values.period_id

where
    (
        coverage.coverage_status = 'on time'
        and coalesce(coverage.received_date > coverage.due_date, true)
    )
    or (
        coverage.coverage_status in ('on time', 'late')
        and coverage.blocks_in < coverage.blocks_expected
    )
    or (
        coverage.coverage_status in ('not due', 'refused') and coverage.blocks_in > 0
    )
    -- a return that is in and does not hold the indicator leaves it missing
    or (
        coverage.coverage_status = 'missing'
        and coverage.blocks_in > 0
        and indicator_values.value_status <> 'not_submitted'
    )
    or (
        coverage.coverage_status = 'missing'
        and coverage.blocks_in = 0
        and coverage.due_date >= {{ as_of() }}
    )
