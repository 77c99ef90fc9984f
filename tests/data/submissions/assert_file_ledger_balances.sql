-- Each record of a file that was read is accepted, set aside, repeated or out of scope.
select
    file_name,
    status,
    lines_read,
    rows_accepted,
    rows_set_aside,
    rows_duplicate,
    rows_passed_over

from {{ ref('fct_submissions') }}

where
    (
        status in ('accepted', 'superseded')
        and (
            lines_read is null
            or rows_accepted is null
            or rows_set_aside is null
            or rows_duplicate is null
            or rows_passed_over is null
            or lines_read
            <> rows_accepted + rows_set_aside + rows_duplicate + rows_passed_over
        )
    )
    or (
        status in ('duplicate', 'refused', 'withdrawn')
        and coalesce(
            lines_read, rows_accepted, rows_set_aside, rows_duplicate, rows_passed_over
        ) is not null
    )
