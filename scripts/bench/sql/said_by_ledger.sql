-- What the ledger of a lake says of each file, but of duplicates: by its name, so that
-- a file in a lake of its own can be held against the same file among others.
with

files as (

    select *

    from read_parquet($sent)

),

asides as (

    select
        file_id,
        list((line_number, column_name, level, reason_code) order by all) as told

    from read_parquet($set_aside)

    group by file_id

),

notices as (

    select
        file_id,
        list((column_name, notice_code, occurrences) order by all) as told

    from read_parquet($notices)

    group by file_id

)

select
    files.file_name,
    files.refusal_code,
    files.refusal_reason,
    files.lines_read,
    files.rows_accepted,
    files.rows_set_aside,
    files.rows_duplicate,
    files.rows_passed_over,
    asides.told as set_aside,
    notices.told as notices

from files

left join asides
    on files.file_id = asides.file_id

left join notices
    on files.file_id = notices.file_id

where files.duplicate_of is null
