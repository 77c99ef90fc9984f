-- A row is a file behind one figure, with how many of its lines counted and where they
-- lie; choose the figure with --vars, by indicator_id, area_code and period_id; else
-- every figure's are given.
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    extract,
    file_name,
    sha256,
    numerator_rows,
    denominator_rows,
    first_line,
    last_line

from {{ ref('fct_lineage') }}

where
    '{{ var("indicator_id", "") }}' in ('', indicator_id)
    and '{{ var("area_code", "") }}' in ('', area_code)
    and '{{ var("period_id", "") }}' in ('', period_id)

order by
    indicator_id asc,
    definition_version asc,
    area_code asc,
    period_id asc,
    extract asc,
    file_name asc
