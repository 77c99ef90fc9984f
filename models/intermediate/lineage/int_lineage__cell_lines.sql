{#-
    One row per figure of an authority and file behind it, with the lines that counted:
    those of the source that was chosen, those of its quarters where a year was made of
    them, and those of the population. `is_in` is false for events of an area whose
    sender is silent: they count in the totals alone.
-#}

with

source_lines as (

    select * from {{ ref('int_lineage__source_lines') }}

),

chosen as (

    select * from {{ ref('int_cells__kept') }}

    where refused_by_rule is null

),

area_cells as (

    select * from {{ ref('int_cells__areas') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

wholes as (

    select * from {{ ref('int_parts__periods') }}

),

populations as (

    select * from {{ ref('int_ons__populations_current') }}

),

chosen_lines as (

    select
        chosen.indicator_id,
        chosen.definition_version,
        chosen.area_code,
        chosen.period_id,
        {{ status_is('chosen.cell_status', 'answer') }} as is_in,
        source_lines.file_id,
        source_lines.numerator_lines,
        source_lines.denominator_lines,
        source_lines.first_line,
        source_lines.last_line

    from chosen

    inner join source_lines
        on
            chosen.indicator_id = source_lines.indicator_id
            and chosen.definition_version = source_lines.definition_version
            and chosen.area_code = source_lines.area_code
            and chosen.period_id = source_lines.period_id
            and chosen.source_extract = source_lines.source_extract

),

figure_lines as (

    select
        area_cells.indicator_id,
        area_cells.definition_version,
        area_cells.area_code,
        area_cells.period_id,
        chosen_lines.is_in,
        chosen_lines.file_id,
        chosen_lines.numerator_lines,
        chosen_lines.denominator_lines,
        chosen_lines.first_line,
        chosen_lines.last_line

    from area_cells

    inner join wholes
        on
            area_cells.indicator_id = wholes.indicator_id
            and area_cells.definition_version = wholes.definition_version
            and area_cells.period_id = wholes.whole_period_id
            and area_cells.is_derived = (wholes.part_kind <> 'itself')

    inner join chosen_lines
        on
            area_cells.indicator_id = chosen_lines.indicator_id
            and area_cells.definition_version = chosen_lines.definition_version
            and area_cells.area_code = chosen_lines.area_code
            and wholes.period_id = chosen_lines.period_id

),

population_lines as (

    select
        area_cells.indicator_id,
        area_cells.definition_version,
        area_cells.area_code,
        area_cells.period_id,
        true as is_in,
        populations.file_id,
        0 as numerator_lines,
        populations.line_count as denominator_lines,
        populations.line_number as first_line,
        populations.last_line

    from area_cells

    inner join indicators
        on
            area_cells.indicator_id = indicators.indicator_id
            and area_cells.definition_version = indicators.definition_version
            and indicators.denominator_basis = 'population'

    inner join populations
        on
            area_cells.area_code = populations.area_code
            and area_cells.mid_year = populations.mid_year
            and indicators.population_age_band = populations.age_band

    where area_cells.denominator is not null

),

lines as (

    select * from figure_lines

    union all

    select * from population_lines

)

select * from lines
