-- A row is a borough, an indicator and one of its ten statistical neighbours, the
-- closest first: most neighbours lie elsewhere and have no figure here.
select
    area_code,
    area_name,
    indicator_id,
    title,
    period_id,
    indicator_value,
    lower_limit,
    upper_limit,
    neighbour_rank,
    neighbour_name,
    neighbour_value,
    neighbour_lower_limit,
    neighbour_upper_limit,
    neighbour_status,
    is_neighbour_comparable,
    unit_of_period

from {{ ref('latest_neighbours') }}

order by area_code asc, indicator_id asc, neighbour_rank asc
