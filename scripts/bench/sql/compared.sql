-- How many indicators have a latest period at all, and of how many some authority is
-- compared with the region in it.
select
    count(distinct indicator_id) as indicators,
    count(distinct indicator_id) filter (
        where benchmark_998 is not null or funnel_position is not null
    ) as compared

from mart.indicator_scorecard

where is_latest_period
