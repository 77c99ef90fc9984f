-- A row is a borough's value that lies outside the 95 or 99.8 per cent limits of a
-- funnel round London's, or its complete boroughs' where london_basis says so: by
-- chance alone about one in twenty lies outside the narrower, so ask why before saying
-- good or bad, and first where 0.001 stands beside it.
select
    period_id,
    indicator_id,
    definition_version,
    title,
    area_code,
    area_name,
    funnel_position,
    indicator_value,
    london_value,
    london_basis,
    london_areas,
    numerator,
    denominator,
    unit_of_period,
    polarity

from {{ ref('indicator_scorecard') }}

where funnel_position in ('High (0.001)', 'High (0.025)', 'Low (0.001)', 'Low (0.025)')

order by
    end_date desc,
    start_date desc,
    indicator_id asc,
    definition_version asc,
    funnel_position asc,
    area_code asc
