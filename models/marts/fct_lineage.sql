{#-
    One row per value and file behind it: how many lines of the file counted in the
    numerator and in the denominator, and between which lines they stand.
-#}

with

cell_lines as (

    select * from {{ ref('int_lineage__cell_lines') }}

),

source_lines as (

    select * from {{ ref('int_lineage__source_lines') }}

),

whole_areas as (

    select * from {{ ref('int_parts__areas') }}

),

whole_periods as (

    select * from {{ ref('int_parts__periods') }}

),

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

),

unallocated_lines as (

    select
        source_lines.indicator_id,
        source_lines.definition_version,
        source_lines.area_code,
        whole_periods.whole_period_id as period_id,
        source_lines.file_id,
        source_lines.numerator_lines,
        source_lines.denominator_lines,
        source_lines.first_line,
        source_lines.last_line

    from source_lines

    inner join whole_periods
        on
            source_lines.indicator_id = whole_periods.indicator_id
            and source_lines.definition_version = whole_periods.definition_version
            and source_lines.period_id = whole_periods.period_id

    where source_lines.area_code = 'UNALLOCATED'

),

area_lines as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        is_in,
        file_id,
        numerator_lines,
        denominator_lines,
        first_line,
        last_line

    from cell_lines

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        true as is_in,
        file_id,
        numerator_lines,
        denominator_lines,
        first_line,
        last_line

    from unallocated_lines

),

value_lines as (

    select
        area_lines.indicator_id,
        area_lines.definition_version,
        whole_areas.whole_area_code as area_code,
        area_lines.period_id,
        area_lines.file_id,
        area_lines.numerator_lines,
        area_lines.denominator_lines,
        area_lines.first_line,
        area_lines.last_line

    from area_lines

    inner join whole_areas
        on
            area_lines.area_code = whole_areas.area_code
            and (area_lines.is_in or whole_areas.part_kind <> 'itself')

),

grouped as (

    select
        value_lines.indicator_id,
        value_lines.definition_version,
        value_lines.area_code,
        value_lines.period_id,
        value_lines.file_id,
        cast(sum(value_lines.numerator_lines) as bigint) as numerator_rows,
        cast(sum(value_lines.denominator_lines) as bigint) as denominator_rows,
        cast(min(value_lines.first_line) as bigint) as first_line,
        cast(max(value_lines.last_line) as bigint) as last_line

    from value_lines

    inner join indicator_values
        on
            value_lines.indicator_id = indicator_values.indicator_id
            and value_lines.definition_version = indicator_values.definition_version
            and value_lines.area_code = indicator_values.area_code
            and value_lines.period_id = indicator_values.period_id
            and {{ status_is('indicator_values.value_status', 'answer') }}

    group by
        value_lines.indicator_id,
        value_lines.definition_version,
        value_lines.area_code,
        value_lines.period_id,
        value_lines.file_id

),

named as (

    select
        grouped.indicator_id,
        grouped.definition_version,
        grouped.area_code,
        grouped.period_id,
        grouped.file_id,
        submissions.sha256,
        submissions.file_name,
        submissions.extract,
        grouped.numerator_rows,
        grouped.denominator_rows,
        grouped.first_line,
        grouped.last_line

    from grouped

    inner join submissions
        on grouped.file_id = submissions.file_id

)

select * from named
