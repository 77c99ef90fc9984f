{#-
    One row per measure, file, area and month, from every record-level extract. What
    follows costs the same at a million events and at a hundred million.
-#}

with

measures as (

    {{ union_of('record', 'int_', '_counted') }}

),

counted as (

    select
        measure_id,
        file_id,
        part_period_id,
        area_code,
        month_start_date,
        events,
        line_count,
        first_line,
        last_line

    from measures

    where line_count > 0

)

select * from counted
