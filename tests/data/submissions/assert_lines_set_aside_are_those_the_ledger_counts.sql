-- As many lines of a file stand set aside as its ledger says.
with

lines_set_aside as (

    select
        file_id,
        count(distinct line_number) as line_count

    from {{ ref('fct_set_aside') }}

    where level = 'record'

    group by file_id

)

select
    submissions.file_name,
    submissions.rows_set_aside,
    lines_set_aside.line_count

from {{ ref('fct_submissions') }} as submissions

left join lines_set_aside
    on submissions.file_id = lines_set_aside.file_id

where
    submissions.status in ('accepted', 'superseded')
    and submissions.rows_set_aside <> coalesce(lines_set_aside.line_count, 0)
