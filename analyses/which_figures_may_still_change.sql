-- A row is an indicator and period of which figures are provisional, for its senders
-- may still revise them: no row means that every figure shown counts as final.
select
    period_id,
    indicator_id,
    definition_version,
    title,
    count(*) as figures_provisional

from {{ ref('indicator_scorecard') }}

where is_provisional

group by
    period_id,
    start_date,
    end_date,
    indicator_id,
    definition_version,
    title

order by
    end_date desc,
    start_date desc,
    indicator_id asc,
    definition_version asc
