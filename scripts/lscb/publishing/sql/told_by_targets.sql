-- What stands beside a target and does not follow from what is shown: one row per
-- question, with how often the published file answers it. What a target is held against
-- is worked out here again from the published figures.
with

shown as (

    select
        cells.*,
        periods.period_type,
        periods.start_date,
        periods.end_date,
        cells.value_status = any($hidden) or cells.is_denominator_hidden as is_hidden,

        case
            when indicators.value_type = 'ratio' then cells.indicator_value
            else cells.lower_limit
        end as interval_low,

        case
            when indicators.value_type = 'ratio' then cells.indicator_value
            else cells.upper_limit
        end as interval_high

    from mart.fct_indicator_values as cells

    inner join mart.dim_periods as periods
        using (period_id)

    inner join mart.dim_indicators as indicators
        using (indicator_id, definition_version)

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

    left join mart.dim_periods as bases
        on targets.base_period_id = bases.period_id

    inner join shown
        on
            targets.indicator_id = shown.indicator_id
            and targets.definition_version = shown.definition_version
            and targets.area_code = shown.area_code
            and targets.period_type = shown.period_type
            and targets.start_date > shown.start_date

    where
        shown.is_hidden
        and (bases.start_date is null or bases.start_date <= shown.start_date)
        and coalesce(targets.course_reason, '') <> 'period_over'

),

held as (

    select
        targets.*,
        coalesce(shown.is_hidden, false) as is_hidden,
        shown.indicator_value as value_shown,
        shown.interval_low,
        shown.interval_high,
        bases.indicator_value as base_shown,
        later.interval_low as later_low,
        later.interval_high as later_high,
        date_diff('day', bases.end_date, later.end_date)
        / nullif(date_diff('day', bases.end_date, targets.end_date), 0) as share_gone,

        courses_hidden.period_id is not null as is_series_hidden

    from mart.fct_targets as targets

    left join shown
        on
            targets.indicator_id = shown.indicator_id
            and targets.definition_version = shown.definition_version
            and targets.area_code = shown.area_code
            and targets.period_id = shown.period_id

    left join shown as bases
        on
            targets.indicator_id = bases.indicator_id
            and targets.definition_version = bases.definition_version
            and targets.area_code = bases.area_code
            and targets.base_period_id = bases.period_id

    left join shown as later
        on
            targets.indicator_id = later.indicator_id
            and targets.definition_version = later.definition_version
            and targets.area_code = later.area_code
            and targets.course_period_id = later.period_id

    left join courses_hidden
        on
            targets.indicator_id = courses_hidden.indicator_id
            and targets.definition_version = courses_hidden.definition_version
            and targets.area_code = courses_hidden.area_code
            and targets.period_id = courses_hidden.period_id
            and targets.target_kind = courses_hidden.target_kind

),

worked_out as (

    select
        held.*,
        value_shown - target_value as gap_shown,
        base_shown + (target_value - base_shown) * share_gone as path_shown,

        case
            when interval_low is null or interval_high is null then null
            when direction = 'at_least' and interval_low >= target_value then 'met'
            when direction = 'at_least' and interval_high < target_value then 'missed'
            when direction = 'at_most' and interval_high <= target_value then 'met'
            when direction = 'at_most' and interval_low > target_value then 'missed'
            else 'not_certain'
        end as standing_shown,

        case
            when later_low is null or later_high is null then null
            when direction = 'at_least' and later_low >= path_value then 'on_course'
            when direction = 'at_least' and later_high < path_value then 'off_course'
            when direction = 'at_most' and later_high <= path_value then 'on_course'
            when direction = 'at_most' and later_low > path_value then 'off_course'
            else 'not_certain'
        end as course_shown

    from held

)

select
    'a target held against a hidden figure' as told,
    count(*) as found

from worked_out

where
    is_hidden
    and (
        indicator_value is not null
        or gap is not null
        or target_standing is not null
        or standing_reason is distinct from 'suppressed'
    )

union all

select
    'a gap that no shown figure has' as told,
    count(*) as found

from worked_out

where
    not is_hidden
    and (
        (gap is not null and coalesce(abs(gap - gap_shown) > 1e-9, true))
        or (
            indicator_value is not null
            and coalesce(abs(indicator_value - value_shown) > 1e-9, true)
        )
    )

union all

select
    'a standing that no shown interval gives' as told,
    count(*) as found

from worked_out

where
    not is_hidden
    and target_standing is not null
    and target_standing is distinct from standing_shown

union all

select
    'a course that rests on a hidden figure' as told,
    count(*) as found

from worked_out

where
    is_series_hidden
    and (
        base_period_id is not null
        or course_period_id is not null
        or path_value is not null
        or course is not null
        or course_reason is distinct from 'suppressed'
    )

union all

select
    'a course that no shown figures give' as told,
    count(*) as found

from worked_out

where
    not is_series_hidden
    and (
        (path_value is not null and coalesce(abs(path_value - path_shown) > 1e-9, true))
        or (course is not null and course is distinct from course_shown)
    )
