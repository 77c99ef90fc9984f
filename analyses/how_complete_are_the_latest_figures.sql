-- A row is an indicator at its latest period, with how many boroughs are whole,
-- partial, hidden and missing: these four make up boroughs_concerned, while
-- figures_provisional are among them.
select
    indicator_id,
    title,
    period_id,
    count(*) as boroughs_concerned,
    count(*) filter (where is_whole) as boroughs_whole,
    count(*) filter (where value_status = 'partial') as boroughs_partial,
    count(*) filter (where gss_symbol = 'c') as boroughs_hidden,
    count(*) filter (where gss_symbol = 'x') as boroughs_missing,
    count(*) filter (where is_provisional) as figures_provisional

from {{ ref('latest_boroughs') }}

where value_status <> 'not_applicable'

group by indicator_id, title, period_id

order by indicator_id asc
