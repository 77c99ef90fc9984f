-- A row is a borough's value beside that of its statistical neighbours in London: the
-- fewer neighbours_with_data, the less the comparison bears; london_basis says whether
-- all of London is meant, or its complete boroughs.
select
    area_code,
    area_name,
    period_id,
    indicator_id,
    definition_version,
    title,
    indicator_value,
    lower_limit,
    upper_limit,
    neighbours_value,
    neighbours_with_data,
    london_value,
    london_basis,
    london_areas,
    unit_of_period,
    polarity

from {{ ref('indicator_scorecard') }}

where
    area_type = 'local_authority'
    and value_status = 'reported'
    and neighbours_value is not null

order by
    area_code asc,
    end_date desc,
    start_date desc,
    indicator_id asc,
    definition_version asc
