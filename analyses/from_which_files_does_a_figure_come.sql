-- A row is a file behind one figure, with how many of its lines counted and where they
-- lie; choose the figure with --vars, as in '{indicator_id: SG12, period_id: 2008-09}'.
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
    indicator_id = '{{ var("indicator_id", "SG23") }}'
    and area_code = '{{ var("area_code", "E09000002") }}'
    and period_id = '{{ var("period_id", "2008-09") }}'

order by
    definition_version asc,
    extract asc,
    file_name asc
