-- A row is an indicator at its latest period, with the total of the region and the
-- boroughs whose figures are not, or not wholly, in it: those that are hidden in
-- publication are in the total, and what may not be added up has none.
select
    indicator_id,
    title,
    period_id,
    max(indicator_value) filter (where area_type = 'region') as total,
    max(lower_limit) filter (where area_type = 'region') as lower_limit,
    max(upper_limit) filter (where area_type = 'region') as upper_limit,
    max(status_label) filter (where area_type = 'region') as total_is,
    max(areas_included) filter (where area_type = 'region') as boroughs_in_it,
    {{ listed(
        "case
            when
                area_type = 'local_authority'
                and (gss_symbol = 'x'
                or value_status in ('partial', 'suppressed_at_source'))
                then concat(area_name, ' (', status_label, ')')
        end"
    ) }} as not_wholly_in_it,
    unit_of_period

from {{ ref('indicator_scorecard') }}

where is_latest_period

group by indicator_id, title, period_id, unit_of_period

having max(area_type) filter (where area_type = 'region') is not null

order by indicator_id asc
