{#-
    One row per indicator, definition, area, period and kind of target: what the figure
    should reach, how far it is from there, and whether that is certain. Met and missed,
    on course and off it, are said where all of the figure's interval lies on one side
    (docs/decisions/0028-targets.md); what is not given has its reason beside it.
-#}

with

targets as (

    select * from {{ ref('int_comparisons__targets') }}

),

-- a straight line from the base to the target, read at the later figure
paths as (

    select
        targets.*,
        standing_reason is null or standing_reason = 'no_interval' as has_gap,
        case
            when course_reason is null
                then
                    base_value + (target_value - base_value)
                    * {{ days_between('base_end_date', 'course_end_date') }}
                    / cast({{ days_between('base_end_date', 'end_date') }} as double)
        end as path_value

    from targets

),

judged as (

    select
        paths.*,
        case
            when standing_reason is null
                then {{ against_target(
                    'interval_low', 'interval_high', 'target_value', 'direction', 'met', 'missed'
                ) }}
        end as target_standing,
        case
            when course_reason is null
                then {{ against_target(
                    'course_low', 'course_high', 'path_value', 'direction',
                    'on_course', 'off_course'
                ) }}
        end as course

    from paths

),

described as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        target_kind,

        kind_label,
        kind_place = 1 as is_first_kind,
        period_label,
        period_type,
        start_date,
        end_date,

        target_value,
        direction,
        submitter_code as submitter,
        set_period_id,
        file_id,
        line_number,

        case when has_gap then indicator_value end as indicator_value,
        case when has_gap then indicator_value - target_value end as gap,
        target_standing,
        case
            when target_standing is not null or course is not null
                then case when value_type = 'ratio' then 'point' else 'interval' end
        end as standing_basis,
        standing_reason,

        case when is_ahead then base_period_id end as base_period_id,
        case when is_ahead then course_period_id end as course_period_id,
        path_value,
        course,
        course_reason

    from judged

)

select * from described
