-- Of all versions of a block no more than one stands.
select
    extract,
    submitter,
    period_id,
    count(*) as files_standing

from {{ ref('fct_submissions') }}

where status = 'accepted'

group by
    extract,
    submitter,
    period_id

having count(*) > 1
