-- A row is an indicator, period and reason for which boroughs have no figure, with how
-- many boroughs share it: silence, refusal, a hidden number and no need for one are
-- four different things.
select
    period_id,
    indicator_id,
    definition_version,
    title,
    value_status,
    status_label,
    gss_symbol,
    count(*) as boroughs

from {{ ref('indicator_scorecard') }}

where
    area_type = 'local_authority'
    and indicator_value is null

group by
    period_id,
    start_date,
    end_date,
    indicator_id,
    definition_version,
    title,
    value_status,
    status_label,
    gss_symbol

order by
    end_date desc,
    start_date desc,
    indicator_id asc,
    definition_version asc,
    value_status asc
