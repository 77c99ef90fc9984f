-- Each sender of an extract that several send is in the list of senders.
select
    extracts.extract,
    extracts.fixed_submitters

from {{ ref('extracts') }} as extracts

left join {{ ref('senders') }} as senders
    on
        concat('|', extracts.fixed_submitters, '|')
        like concat('%|', senders.sender_code, '|%')

where extracts.fixed_submitters like '%|%'

group by extracts.extract, extracts.fixed_submitters

having
    count(senders.sender_code)
    <> length(extracts.fixed_submitters)
    - length(replace(extracts.fixed_submitters, '|', ''))
    + 1
