{#-
    One row per target that stands: the figure that it is held against, where there is one,
    and the two figures that tell whether it is on its way. The base is the last whole
    figure of a period that had ended with the year in which the target was set; the
    later one is the last whole figure since (docs/decisions/0028-targets.md).
-#}

with

targets as (

    select * from {{ ref('int_targets__sent') }}

    where is_standing

),

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

breaks as (

    select * from {{ ref('indicator_breaks') }}

),

ranked as (

    select
        targets.*,
        indicators.value_type,
        row_number() over (
            partition by
                targets.indicator_id,
                targets.definition_version,
                targets.area_code,
                targets.period_id
            order by targets.kind_rank
        ) as kind_place

    from targets

    inner join indicators
        on
            targets.indicator_id = indicators.indicator_id
            and targets.definition_version = indicators.definition_version

),

figures as (

    select
        indicator_values.*,
        periods.period_type,
        periods.start_date,
        periods.end_date,
        indicator_values.value_status = 'reported'
        and indicator_values.indicator_value is not null
        and not indicator_values.is_provisional as is_whole,

        -- a ratio has no limits, and is taken at its point
        case
            when indicators.value_type = 'ratio' then indicator_values.indicator_value
            else indicator_values.lower_limit
        end as interval_low,
        case
            when indicators.value_type = 'ratio' then indicator_values.indicator_value
            else indicator_values.upper_limit
        end as interval_high

    from indicator_values

    inner join periods
        on indicator_values.period_id = periods.period_id

    inner join indicators
        on
            indicator_values.indicator_id = indicators.indicator_id
            and indicator_values.definition_version = indicators.definition_version

),

of_any_definition as (

    select distinct
        indicator_id,
        area_code,
        period_id

    from indicator_values

),

-- what came before a period that lies ahead
earlier as (

    select
        ranked.indicator_id,
        ranked.definition_version,
        ranked.area_code,
        ranked.period_id,
        ranked.target_kind,
        figures.period_id as figure_period_id,
        figures.start_date,
        figures.end_date,
        figures.indicator_value,
        figures.interval_low,
        figures.interval_high,
        figures.end_date <= ranked.set_end_date as is_base,
        row_number() over (
            partition by
                ranked.indicator_id,
                ranked.definition_version,
                ranked.area_code,
                ranked.period_id,
                ranked.target_kind,
                figures.end_date <= ranked.set_end_date
            order by figures.end_date desc
        ) as recency

    from ranked

    inner join figures
        on
            ranked.indicator_id = figures.indicator_id
            and ranked.definition_version = figures.definition_version
            and ranked.area_code = figures.area_code
            and ranked.period_type = figures.period_type
            and ranked.end_date > figures.end_date

    where figures.is_whole and figures.interval_low is not null

),

broken as (

    select distinct
        earlier.indicator_id,
        earlier.definition_version,
        earlier.area_code,
        earlier.period_id,
        earlier.target_kind

    from earlier

    inner join ranked
        on
            earlier.indicator_id = ranked.indicator_id
            and earlier.definition_version = ranked.definition_version
            and earlier.area_code = ranked.area_code
            and earlier.period_id = ranked.period_id
            and earlier.target_kind = ranked.target_kind

    inner join breaks
        on
            earlier.indicator_id = breaks.indicator_id
            and earlier.start_date < breaks.break_date
            and ranked.start_date >= breaks.break_date

    where earlier.is_base and earlier.recency = 1

),

joined as (

    select
        ranked.*,
        held.value_status,
        held.indicator_value,
        held.interval_low,
        held.interval_high,
        held.is_provisional,
        of_any_definition.period_id is not null as has_any_definition,
        coalesce(held.value_status = 'not_due', ranked.end_date >= {{ as_of() }})
            as is_ahead,
        bases.figure_period_id as base_period_id,
        bases.end_date as base_end_date,
        bases.indicator_value as base_value,
        later.figure_period_id as course_period_id,
        later.end_date as course_end_date,
        later.interval_low as course_low,
        later.interval_high as course_high,
        broken.period_id is not null as is_broken

    from ranked

    left join figures as held
        on
            ranked.indicator_id = held.indicator_id
            and ranked.definition_version = held.definition_version
            and ranked.area_code = held.area_code
            and ranked.period_id = held.period_id

    left join of_any_definition
        on
            ranked.indicator_id = of_any_definition.indicator_id
            and ranked.area_code = of_any_definition.area_code
            and ranked.period_id = of_any_definition.period_id

    left join earlier as bases
        on
            ranked.indicator_id = bases.indicator_id
            and ranked.definition_version = bases.definition_version
            and ranked.area_code = bases.area_code
            and ranked.period_id = bases.period_id
            and ranked.target_kind = bases.target_kind
            and bases.is_base
            and bases.recency = 1

    left join earlier as later
        on
            ranked.indicator_id = later.indicator_id
            and ranked.definition_version = later.definition_version
            and ranked.area_code = later.area_code
            and ranked.period_id = later.period_id
            and ranked.target_kind = later.target_kind
            and not later.is_base
            and later.recency = 1

    left join broken
        on
            ranked.indicator_id = broken.indicator_id
            and ranked.definition_version = broken.definition_version
            and ranked.area_code = broken.area_code
            and ranked.period_id = broken.period_id
            and ranked.target_kind = broken.target_kind

),

reasoned as (

    select
        joined.*,

        case
            when value_status is null and is_ahead then 'period_ahead'
            when value_status is null and has_any_definition then 'other_definition'
            when value_status is null then 'no_figure'
            when value_status <> 'reported' then value_status
            when is_provisional then 'provisional'
            when indicator_value is null then 'no_value'
            when interval_low is null then 'no_interval'
        end as standing_reason,

        case
            when not is_ahead then 'period_over'
            when base_period_id is null then 'no_base'
            when course_period_id is null then 'no_later_figure'
            when is_broken then 'series_break'
        end as course_reason

    from joined

)

select * from reasoned
