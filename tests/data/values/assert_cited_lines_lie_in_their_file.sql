-- No file is cited for more lines than lie between the first and the last.
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    file_name,
    numerator_rows,
    denominator_rows,
    first_line,
    last_line

from {{ ref('fct_lineage') }}

where
    first_line > last_line
    or (first_line is null) <> (numerator_rows + denominator_rows = 0)
    -- a line of published crime holds a month a column, and its cells are cited
    or (
        extract <> 'mps_borough_crime'
        and greatest(numerator_rows, denominator_rows) > last_line - first_line + 1
    )
