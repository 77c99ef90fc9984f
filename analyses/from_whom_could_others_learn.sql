-- A row is a borough's value that is better than London's beyond its 99.8 per cent
-- limits: a place to ask how, once its counting has been seen to be like the others';
-- london_basis says whether all of London is meant, or its complete boroughs.
select
    period_id,
    indicator_id,
    definition_version,
    title,
    area_code,
    area_name,
    indicator_value,
    lower_limit,
    upper_limit,
    london_value,
    london_basis,
    london_areas,
    rank,
    ranked_areas,
    unit_of_period,
    polarity

from {{ ref('indicator_scorecard') }}

where benchmark_998 = 'best'

order by
    end_date desc,
    start_date desc,
    indicator_id asc,
    definition_version asc,
    rank asc,
    area_code asc
