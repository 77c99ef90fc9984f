-- Targets without what rests on something hidden: `hidden` names the cells. Under a
-- rule that rounds nothing is held against them: intervals are not shown either.
with

bases as (

    select
        period_id as base_period_id,
        start_date as base_start_date

    from mart.dim_periods

),

-- a course may rest on any figure from its base on, or on any at all where it has none
courses_hidden as (

    select distinct
        targets.indicator_id,
        targets.definition_version,
        targets.area_code,
        targets.period_id,
        targets.target_kind

    from mart.fct_targets as targets

    left join bases
        on targets.base_period_id = bases.base_period_id

    inner join hidden
        on
            targets.indicator_id = hidden.indicator_id
            and targets.definition_version = hidden.definition_version
            and targets.area_code = hidden.area_code

    inner join mart.dim_periods as hidden_periods
        on
            hidden.period_id = hidden_periods.period_id
            and targets.period_type = hidden_periods.period_type
            and targets.start_date > hidden_periods.start_date

    where
        bases.base_start_date is null
        or bases.base_start_date <= hidden_periods.start_date

),

asked as (

    select
        targets.*,
        hidden.period_id is not null as is_own_hidden,
        courses_hidden.period_id is not null as is_series_hidden,
        coalesce(targets.course_reason, '') <> 'period_over' as has_course

    from mart.fct_targets as targets

    left join hidden
        using (indicator_id, definition_version, area_code, period_id)

    left join courses_hidden
        using (indicator_id, definition_version, area_code, period_id, target_kind)

),

resting as (

    select
        asked.*,
        is_own_hidden or ($rounds and gap is not null) as is_figure_hidden,
        has_course
        and (
            is_own_hidden
            or is_series_hidden
            or ($rounds and course_period_id is not null)
        ) as is_course_hidden,
        case
            when is_own_hidden or (has_course and is_series_hidden) then 'suppressed'
            else 'rounded'
        end as reason_hidden

    from asked

)

select ${told} from resting
