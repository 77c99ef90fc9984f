{#-
    One row per indicator, authority and quarter or wave, as the indicator's own extract
    gives it: months rolled up to quarters, and the answers of the Tell Us survey.
-#}

with

event_parts as (

    select * from {{ ref('int_indicators__event_parts') }}

),

crime_parts as (

    select * from {{ ref('int_gla__indicator_parts') }}

),

survey_cells as (

    select * from {{ ref('int_tellus__indicator_cells') }}

),

parts as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        cell_status,
        numerator,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        cast(null as double) as denominator,
        extra_events,
        false as is_outside_ratio

    from event_parts

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        cell_status,
        numerator,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        cast(null as double) as denominator,
        extra_events,
        false as is_outside_ratio

    from crime_parts

),

{{ roll_up('parts', [
    'indicator_id', 'definition_version', 'area_code', 'period_id', 'source_extract'
]) }},

cells as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        cast(null as double) as direct_value,
        extra_events

    from rolled_up

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        cell_status,
        cast(null as double) as numerator,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        denominator,
        direct_value,
        0.0e0 as extra_events

    from survey_cells

)

select * from cells
