{#-
    One row per figure that is known twice: from an extract and from the borough's own
    return, or as a year sent and as the quarters make it. `kind` says which.
-#}

with

return_cells as (

    select * from {{ ref('int_claims__returns') }}

    where {{ status_is('cell_status', 'whole', 'numerator') }} and numerator is not null

),

extract_cells as (

    select * from {{ ref('int_claims__events') }}

    where cell_status = 'reported' and numerator is not null

),

wholes as (

    select * from {{ ref('int_parts__periods') }}

    where part_kind in ('sum', 'last')

),

years as (

    select
        return_cells.indicator_id,
        return_cells.definition_version,
        return_cells.area_code,
        wholes.whole_period_id as period_id,
        wholes.part_kind,
        count(*) as quarters_in,
        sum(return_cells.numerator) as numerator

    from return_cells

    inner join wholes
        on
            return_cells.indicator_id = wholes.indicator_id
            and return_cells.definition_version = wholes.definition_version
            and return_cells.period_id = wholes.period_id

    group by
        return_cells.indicator_id,
        return_cells.definition_version,
        return_cells.area_code,
        wholes.whole_period_id,
        wholes.part_kind

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
        years.numerator as other_numerator,
        'lscb_return' as other_source

    from return_cells

    inner join years
        on
            return_cells.indicator_id = years.indicator_id
            and return_cells.definition_version = years.definition_version
            and return_cells.area_code = years.area_code
            and return_cells.period_id = years.period_id
            and (years.part_kind = 'last' or years.quarters_in = 4)

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
