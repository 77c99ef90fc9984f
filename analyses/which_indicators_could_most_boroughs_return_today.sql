-- A row is an indicator in a period that more than half of the authorities to which it
-- applies have a figure for: read boroughs_with_figure against boroughs_expected.
select
    period_id,
    indicator_id,
    definition_version,
    title,
    decision_status,
    count(*) filter (where value_status = 'reported') as boroughs_with_figure,
    count(*) as boroughs_expected

from {{ ref('indicator_scorecard') }}

where
    area_type = 'local_authority'
    and value_status <> 'not_applicable'

group by
    period_id,
    start_date,
    end_date,
    indicator_id,
    definition_version,
    title,
    decision_status

having 2 * count(*) filter (where value_status = 'reported') > count(*)

order by
    end_date desc,
    start_date desc,
    boroughs_with_figure desc,
    indicator_id asc,
    definition_version asc
