-- What the steering group refused (trafficking, gangs) stands in no value or measure.
select
    indicators.indicator_id,
    indicators.title

from {{ ref('dim_indicators') }} as indicators

inner join {{ ref('fct_indicator_values') }} as indicator_values
    on indicators.indicator_id = indicator_values.indicator_id

where
    lower(concat(indicators.title, ' ', indicators.numerator_text)) like '%traffick%'
    or lower(concat(indicators.title, ' ', indicators.numerator_text)) like '%exploit%'
    or lower(concat(indicators.title, ' ', indicators.numerator_text)) like '%gang%'

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

from {{ ref('dim_decisions') }}

where decision = 'exclude' and indicator_ids is not null
