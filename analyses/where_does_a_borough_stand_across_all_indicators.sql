-- A row is a borough, theme and period: of the indicators of which one end is good, on
-- how many it lies in the best and worst quarter, and how many it has no place on.
select
    area_code,
    area_name,
    period_id,
    theme,
    count(*) as indicators_expected,
    count(*) filter (where quartile = 1) as in_best_quarter,
    count(*) filter (where quartile in (2, 3)) as in_middle_half,
    count(*) filter (where quartile = 4) as in_worst_quarter,
    count(*) filter (where quartile is null) as without_a_place

from {{ ref('indicator_scorecard') }}

where
    area_type = 'local_authority'
    and polarity in ('low_is_good', 'high_is_good')

group by
    area_code,
    area_name,
    period_id,
    start_date,
    end_date,
    theme

order by
    area_code asc,
    end_date desc,
    start_date desc,
    theme asc
