-- What the steering group refused (trafficking, gangs) is no indicator and no measure.
select
    indicator_id,
    title

from {{ ref('indicators') }}

where
    lower(concat(title, ' ', numerator_text)) like '%traffick%'
    or lower(concat(title, ' ', numerator_text)) like '%exploit%'
    or lower(concat(title, ' ', numerator_text)) like '%gang%'

union all

select
    measure_id as indicator_id,
    measure_name as title

from {{ ref('measures') }}

where
    lower(concat(measure_name, ' ', description)) like '%traffick%'
    or lower(concat(measure_name, ' ', description)) like '%exploit%'
    or lower(concat(measure_name, ' ', description)) like '%gang%'

union all

select
    decision_id as indicator_id,
    subject as title

from {{ ref('decisions') }}

where decision = 'exclude' and indicator_ids is not null
