-- One row per area, measure of some units and period of one kind: the complete matrix,
-- and the symbol that stands where a number does not.
with

held as (

    select distinct
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.period_id

    from mart.fct_indicator_values as indicator_values

    inner join mart.dim_periods as periods
        using (period_id)

    inner join mart.dim_indicators as indicators
        using (indicator_id, definition_version)

    where
        periods.period_type = $period_type
        and list_contains($units, indicators.unit)
        and indicators.value_type <> 'undefined'

),

periods as (

    select
        periods.*,

        -- The first quarter's year is that in which its financial year starts.
        case
            when period_type = 'quarter'
                then left(period_id, 4) || substr(period_id, 6, 2)
            when period_type in ('financial_year', 'academic_year')
                then cast(
                    100 * year(start_date) + (year(start_date) + 1) % 100 as varchar
                )
            else cast(year(start_date) as varchar)
        end as time_period,

        -- A wave of a survey is a reporting year.
        case period_type
            when 'quarter' then 'Financial year Q' || right(period_id, 1)
            when 'financial_year' then 'Financial year'
            when 'academic_year' then 'Academic year'
            when 'calendar_year' then 'Calendar year'
            when 'wave' then 'Reporting year'
            when 'month' then strftime(start_date, '%B')
        end as time_identifier

    from mart.dim_periods as periods

    where period_id in (select held.period_id from held)

),

areas as (

    select * from mart.dim_areas

    where area_type <> 'unallocated'

),

measures as (

    select distinct
        indicators.indicator_id,
        indicators.definition_version,
        indicators.theme,
        indicators.denominator_basis,
        indicators.indicator_id || ' v' || indicators.definition_version || ': '
        || indicators.title as measure

    from mart.dim_indicators as indicators

    inner join held
        using (indicator_id, definition_version)

),

cells as (

    select
        indicator_values.*,
        statuses.gss_symbol

    from mart.fct_indicator_values as indicator_values

    inner join mart.dim_value_statuses as statuses
        using (value_status)

),

matrix as (

    select
        periods.time_period,
        periods.time_identifier,
        case areas.area_type
            when 'local_authority' then 'Local authority' else 'Regional'
        end as geographic_level,
        'E92000001' as country_code,
        'England' as country_name,
        case areas.area_type
            when 'local_authority' then areas.parent_area_code else areas.area_code
        end as region_code,
        coalesce(regions.area_name, areas.area_name) as region_name,
        case areas.area_type when 'local_authority' then areas.dfe_code end
            as old_la_code,
        case areas.area_type when 'local_authority' then areas.area_code end
            as new_la_code,
        case areas.area_type when 'local_authority' then areas.area_name end
            as la_name,
        measures.theme,
        measures.measure,
        cells.numerator,
        cells.denominator,
        cells.indicator_value as measure_value,
        cells.lower_limit as lower_limit_95,
        cells.upper_limit as upper_limit_95,
        case
            when cells.value_status is null then 'z'
            else coalesce(cells.gss_symbol, 'x')
        end as symbol,
        case
            when cells.value_status is null then 'z'
            when measures.denominator_basis = 'none' then 'z'
            else coalesce(cells.gss_symbol, 'x')
        end as symbol_of_denominator,
        case
            when cells.value_status is null or cells.indicator_value is not null
                then 'z'
            else coalesce(cells.gss_symbol, 'x')
        end as symbol_of_limit

    from periods

    cross join areas

    cross join measures

    left join areas as regions
        on
            areas.parent_area_code = regions.area_code
            and areas.area_type = 'local_authority'

    left join cells
        on
            measures.indicator_id = cells.indicator_id
            and measures.definition_version = cells.definition_version
            and areas.area_code = cells.area_code
            and periods.period_id = cells.period_id

)

select * from matrix

order by
    time_period,
    time_identifier,
    geographic_level desc,
    region_code,
    new_la_code nulls first,
    measure
