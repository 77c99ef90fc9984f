-- Records set aside that count nothing, and of which every figure was read, are no row.
select
    measure_id,
    file_id,
    area_code,
    start_date,
    events,
    numbers_unread

from {{ ref('int_measures_set_aside') }}

where not (events > 0 or numbers_unread > 0)
