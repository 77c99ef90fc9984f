{#-
    One row per value of the mart, with its coverage and the file that answers for it:
    for the rules on what readers will see.
-#}

with

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

coverage as (

    select * from {{ ref('fct_coverage') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

return_lines as (

    select * from {{ ref('int_claims__returns') }}

),

described as (

    select
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.area_code,
        indicator_values.period_id,
        case
            when coverage.extract = 'lscb_return'
                then coalesce(return_lines.file_id, return_blocks.file_id)
        end as file_id,
        case when coverage.extract = 'lscb_return' then return_lines.line_number end
            as line_number,
        return_lines.rows_for_cell,

        areas.area_type,
        periods.period_type,
        indicators.value_type,
        indicators.denominator_basis,
        indicator_values.value_status,
        indicator_values.refused_by_rule,
        indicator_values.numerator,
        indicator_values.denominator,
        indicator_values.indicator_value,
        indicator_values.lower_limit,
        indicator_values.upper_limit,
        indicator_values.interval_method,
        indicator_values.numerator_low,
        indicator_values.numerator_high,
        indicator_values.areas_included,
        indicator_values.source_extract,
        coverage.coverage_status,
        coverage.extract as expected_extract,
        coverage.blocks_expected,
        coverage.blocks_in,
        return_blocks.file_id is not null as has_return

    from indicator_values

    inner join indicators
        on
            indicator_values.indicator_id = indicators.indicator_id
            and indicator_values.definition_version = indicators.definition_version

    inner join areas
        on indicator_values.area_code = areas.area_code

    inner join periods
        on indicator_values.period_id = periods.period_id

    left join coverage
        on
            indicator_values.indicator_id = coverage.indicator_id
            and indicator_values.definition_version = coverage.definition_version
            and indicator_values.area_code = coverage.area_code
            and indicator_values.period_id = coverage.period_id

    left join blocks as return_blocks
        on
            return_blocks.extract = 'lscb_return'
            and indicator_values.area_code = return_blocks.submitter_code
            and indicator_values.period_id = return_blocks.period_id

    left join return_lines
        on
            indicator_values.indicator_id = return_lines.indicator_id
            and indicator_values.definition_version = return_lines.definition_version
            and indicator_values.area_code = return_lines.area_code
            and indicator_values.period_id = return_lines.period_id

)

select * from described
