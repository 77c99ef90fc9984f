{#-
    One row per figure that is known twice: from an extract and from the borough's own
    return, or as a year sent and as the quarters make it. `kind` says which.
-#}

with

return_cells as (

    select * from {{ ref('int_boroughs__indicator_cells') }}

    where {{ status_is('cell_status', 'whole', 'numerator') }} and numerator is not null

),

extract_cells as (

    select * from {{ ref('int_indicators__extract_cells') }}

    where cell_status = 'reported' and numerator is not null

),

indicators as (

    select * from {{ ref('indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

quarters as (

    select
        return_cells.indicator_id,
        return_cells.definition_version,
        return_cells.area_code,
        periods.year_period_id as period_id,
        indicators.year_from_quarters,
        count(*) as quarters_in,
        sum(return_cells.numerator) as quarters_sum,
        sum(case when periods.period_id like '%Q4' then return_cells.numerator end)
            as last_quarter

    from return_cells

    inner join periods
        on
            return_cells.period_id = periods.period_id
            and periods.period_type = 'quarter'

    inner join indicators
        on
            return_cells.indicator_id = indicators.indicator_id
            and return_cells.definition_version = indicators.definition_version

    group by
        return_cells.indicator_id,
        return_cells.definition_version,
        return_cells.area_code,
        periods.year_period_id,
        indicators.year_from_quarters

),

known_twice as (

    select
        'return and extract' as kind,
        return_cells.indicator_id,
        return_cells.definition_version,
        return_cells.area_code,
        return_cells.period_id,
        return_cells.file_id,
        return_cells.line_number,
        return_cells.numerator as sent_numerator,
        extract_cells.numerator as other_numerator,
        extract_cells.source_extract as other_source

    from return_cells

    inner join extract_cells
        on
            return_cells.indicator_id = extract_cells.indicator_id
            and return_cells.definition_version = extract_cells.definition_version
            and return_cells.area_code = extract_cells.area_code
            and return_cells.period_id = extract_cells.period_id

    union all

    select
        'year and quarters' as kind,
        return_cells.indicator_id,
        return_cells.definition_version,
        return_cells.area_code,
        return_cells.period_id,
        return_cells.file_id,
        return_cells.line_number,
        return_cells.numerator as sent_numerator,
        case quarters.year_from_quarters
            when 'last' then quarters.last_quarter
            else quarters.quarters_sum
        end as other_numerator,
        'lscb_return' as other_source

    from return_cells

    inner join quarters
        on
            return_cells.indicator_id = quarters.indicator_id
            and return_cells.definition_version = quarters.definition_version
            and return_cells.area_code = quarters.area_code
            and return_cells.period_id = quarters.period_id
            and (
                (quarters.year_from_quarters = 'sum' and quarters.quarters_in = 4)
                or (
                    quarters.year_from_quarters = 'last'
                    and quarters.last_quarter is not null
                )
            )

),

described as (

    select
        known_twice.*,
        abs(sent_numerator - other_numerator) as difference,
        abs(sent_numerator - other_numerator)
        / nullif(greatest(sent_numerator, other_numerator), 0) as relative_difference,

        -- a tenth, or two where counts are small
        greatest(2.0e0, 0.1e0 * greatest(sent_numerator, other_numerator))
            as difference_allowed

    from known_twice

)

select * from described
