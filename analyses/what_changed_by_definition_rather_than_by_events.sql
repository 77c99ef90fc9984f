-- A row is an indicator and period in which its series starts again: a difference from
-- the period before says nothing of children, for another thing was counted.
select
    indicator_id,
    definition_version,
    period_id,
    count(*) as boroughs_without_comparison

from {{ ref('indicator_scorecard') }}

where area_type = 'local_authority' and change_reason = 'series_break'

group by indicator_id, definition_version, period_id

order by indicator_id asc, period_id asc, definition_version asc
