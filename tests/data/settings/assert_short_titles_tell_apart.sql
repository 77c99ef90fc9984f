-- No two indicators have one short title: a chart names them by it alone.
select
    lower(short_title) as short_title,
    count(distinct indicator_id) as indicators

from {{ ref('indicators') }}

group by lower(short_title)

having count(distinct indicator_id) > 1
