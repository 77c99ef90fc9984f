-- A row is a borough's value that ends five periods of a trend in the wrong direction:
-- a quarter's trend carries its seasons, so read it beside the year's.
select
    period_id,
    indicator_id,
    definition_version,
    title,
    area_code,
    area_name,
    trend,
    indicator_value,
    previous_value,
    change,
    numerator,
    unit_of_period

from {{ ref('indicator_scorecard') }}

where trend in ('increasing_and_getting_worse', 'decreasing_and_getting_worse')

order by
    end_date desc,
    start_date desc,
    indicator_id asc,
    definition_version asc,
    area_code asc
