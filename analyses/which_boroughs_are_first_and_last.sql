-- A row is a borough among the first or the last five on an indicator: 1 is the best
-- or, where neither end is good, the lowest, and limits that overlap leave the order
-- open.
select
    indicator_id,
    title,
    period_id,
    area_code,
    area_name,
    rank,
    ranked_areas,
    indicator_value,
    lower_limit,
    upper_limit,
    unit_of_period,
    polarity

from {{ ref('latest_boroughs') }}

where
    is_comparable
    and (rank <= 5 or rank > ranked_areas - 5)

order by indicator_id asc, rank asc, area_code asc
