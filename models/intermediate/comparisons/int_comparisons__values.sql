{#-
    One row per value, with what it can be compared with: the totals above it, and its
    previous period of the same kind, where no break of the series lies between.
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

breaks as (

    select * from {{ ref('indicator_breaks') }}

),

numbered_periods as (

    select
        period_id,
        period_type,
        start_date,
        row_number() over (partition by period_type order by start_date)
            as point_index

    from periods

),

broken_periods as (

    -- a break falls between a period and the one before it of the same kind
    select distinct
        breaks.indicator_id,
        numbered_periods.period_id

    from breaks

    inner join numbered_periods
        on breaks.break_date <= numbered_periods.start_date

    inner join numbered_periods as earlier
        on
            numbered_periods.period_type = earlier.period_type
            and numbered_periods.point_index = earlier.point_index + 1
            and breaks.break_date > earlier.start_date

),

described as (

    select
        indicator_values.*,
        indicators.value_type,
        indicators.multiplier,
        indicators.polarity,
        indicators.additive_over_areas,
        case when areas.area_type = 'local_authority' then areas.parent_area_code end
            as half_area_code,
        areas.region_area_code,
        areas.area_type = 'local_authority' as is_authority,
        areas.area_type = 'unallocated' as is_unallocated,
        numbered_periods.period_type,
        numbered_periods.point_index,
        broken_periods.period_id is not null as is_series_break,
        {{ can_be_compared('areas', 'indicator_values') }} as can_be_compared

    from indicator_values

    inner join indicators
        on
            indicator_values.indicator_id = indicators.indicator_id
            and indicator_values.definition_version = indicators.definition_version

    inner join areas
        on indicator_values.area_code = areas.area_code

    inner join numbered_periods
        on indicator_values.period_id = numbered_periods.period_id

    left join broken_periods
        on
            indicator_values.indicator_id = broken_periods.indicator_id
            and indicator_values.period_id = broken_periods.period_id

),

compared as (

    select
        described.*,
        london.indicator_value as london_value_known,
        london.value_status as london_status,
        london.areas_included as london_areas_known,
        inner_outer.indicator_value as inner_outer_value,
        inner_outer.value_status as inner_outer_status,
        previous.indicator_value as previous_value_known,
        previous.lower_limit as previous_lower_limit,
        previous.upper_limit as previous_upper_limit,
        previous.lower_limit_998 as previous_lower_limit_998,
        previous.upper_limit_998 as previous_upper_limit_998,

        case
            when described.is_series_break then 'series_break'
            when previous.value_status is null then 'no_previous_period'
            when previous.value_status <> 'reported' or previous.indicator_value is null
                then 'previous_not_reported'
        end as previous_reason

    from described

    left join described as london
        on
            described.region_area_code = london.area_code
            and described.indicator_id = london.indicator_id
            and described.definition_version = london.definition_version
            and described.period_id = london.period_id

    left join described as inner_outer
        on
            described.half_area_code = inner_outer.area_code
            and described.indicator_id = inner_outer.indicator_id
            and described.definition_version = inner_outer.definition_version
            and described.period_id = inner_outer.period_id

    left join described as previous
        on
            described.area_code = previous.area_code
            and described.indicator_id = previous.indicator_id
            and described.definition_version = previous.definition_version
            and described.period_type = previous.period_type
            and described.point_index = previous.point_index + 1

)

select * from compared
