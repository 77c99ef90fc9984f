-- Partial though all came: so many records were set aside that the count is small.
select
    'that a hidden cell is partial' as told,
    count(*) as found

from mart.fct_coverage as coverage

inner join mart.fct_indicator_values as shown
    using (indicator_id, definition_version, area_code, period_id)

where
    (shown.value_status = any($hidden) or shown.is_denominator_hidden)
    and coverage.coverage_status = 'partial'
    and coverage.blocks_in = coverage.blocks_expected
