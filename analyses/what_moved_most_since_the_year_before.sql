-- A row is a borough's value for a year with its change since the year before, the
-- greatest in proportion first. Small numerators move most, by chance: change_among_all
-- says which moved beyond it, of all that a page looks at.
select
    period_id,
    indicator_id,
    definition_version,
    title,
    area_code,
    area_name,
    numerator,
    previous_value,
    indicator_value,
    change,
    100 * change / nullif(previous_value, 0) as change_in_per_cent,
    change_among_all,
    unit_of_period,
    polarity

from {{ ref('indicator_scorecard') }}

where
    area_type = 'local_authority'
    and period_type in ('financial_year', 'academic_year')
    and change is not null

order by
    end_date desc,
    start_date desc,
    abs(100 * change / nullif(previous_value, 0)) desc nulls last,
    indicator_id asc,
    definition_version asc,
    area_code asc
