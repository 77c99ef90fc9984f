{#-
    One row per sender, indicator, definition, area, period and kind of target, of files
    that stand: what the sender set last. Two senders who differ contradict one another,
    and neither stands; of those who agree the first by code does.
-#}

with

targets as (

    select * from {{ ref('stg_government__targets') }}

    where record_state = 'accepted'

),

submissions as (

    select * from {{ ref('int_submissions') }}

    where submission_status = 'accepted'

),

periods as (

    select * from {{ ref('int_periods') }}

),

kinds as (

    select * from {{ ref('target_kinds') }}

),

sent as (

    select
        targets.indicator_id,
        targets.definition_version,
        targets.area_code,
        targets.target_period_id as period_id,
        targets.target_kind,
        targets.target_value,
        targets.direction,
        targets.file_id,
        targets.line_number,
        submissions.submitter_code,
        submissions.period_id as set_period_id,
        set_periods.end_date as set_end_date,
        row_number() over (
            partition by
                submissions.submitter_code,
                targets.indicator_id,
                targets.definition_version,
                targets.area_code,
                targets.target_period_id,
                targets.target_kind
            order by set_periods.end_date desc
        ) as recency

    from targets

    inner join submissions
        on targets.file_id = submissions.file_id

    inner join periods as set_periods
        on submissions.period_id = set_periods.period_id

),

latest as (

    select * from sent

    where recency = 1

),

voices as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        target_kind,
        min(submitter_code) as first_submitter_code,
        max(submitter_code) as last_submitter_code,
        min(target_value) < max(target_value) or min(direction) < max(direction)
            as is_contradicted

    from latest

    group by indicator_id, definition_version, area_code, period_id, target_kind

),

described as (

    select
        latest.indicator_id,
        latest.definition_version,
        latest.area_code,
        latest.period_id,
        latest.target_kind,
        kinds.kind_label,
        kinds.kind_rank,
        periods.period_type,
        periods.period_label,
        periods.start_date,
        periods.end_date,
        latest.target_value,
        latest.direction,
        latest.submitter_code,
        latest.set_period_id,
        latest.set_end_date,
        latest.file_id,
        latest.line_number,
        voices.first_submitter_code,
        voices.last_submitter_code,
        voices.is_contradicted,
        not voices.is_contradicted
        and latest.submitter_code = voices.first_submitter_code as is_standing

    from latest

    inner join voices
        on
            latest.indicator_id = voices.indicator_id
            and latest.definition_version = voices.definition_version
            and latest.area_code = voices.area_code
            and latest.period_id = voices.period_id
            and latest.target_kind = voices.target_kind

    inner join periods
        on latest.period_id = periods.period_id

    inner join kinds
        on latest.target_kind = kinds.target_kind

)

select * from described
