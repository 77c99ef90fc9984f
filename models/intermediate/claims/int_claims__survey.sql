{#-
    One row per Tell Us indicator, authority and wave: the weighted percentages of the
    responses that count, added; the unweighted base stands as denominator. No numerator
    is made up. This is the one door for values that are not ratios of two counts.
-#}

with

cells as (

    select * from {{ ref('int_cells__expected') }}

    where period_type = 'wave'

),

survey_responses as (

    select * from {{ ref('survey_responses') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

    where extract = 'tellus_survey'

),

answers as (

    select
        answers.*,
        blocks.period_id

    from {{ ref('stg_tellus__answers') }} as answers

    inner join blocks
        on answers.file_id = blocks.file_id

),

marks as (

    select * from {{ ref('int_marks') }}

    where extract = 'tellus_survey'

),

areas_held as (

    select distinct
        period_id,
        area_code

    from answers

),

wanted as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id,
        cells.end_date,
        survey_responses.question_id,
        survey_responses.response

    from cells

    inner join survey_responses
        on
            cells.indicator_id = survey_responses.indicator_id
            and cells.definition_version = survey_responses.definition_version

    union

    -- a wave may carry the question of another definition, which stands under its own
    select
        survey_responses.indicator_id,
        survey_responses.definition_version,
        answers.area_code,
        answers.period_id,
        periods.end_date,
        survey_responses.question_id,
        survey_responses.response

    from answers

    inner join survey_responses
        on answers.question_id = survey_responses.question_id

    inner join {{ ref('dim_periods') }} as periods
        on answers.period_id = periods.period_id

),

answered as (

    select
        wanted.indicator_id,
        wanted.definition_version,
        wanted.area_code,
        wanted.period_id,
        max(wanted.end_date) as end_date,

        count(*) as responses_wanted,
        count(answers.weighted_percent) as responses_known,
        count(*) filter (where answers.record_state = 'set_aside')
            as responses_set_aside,
        count(*) filter (where marks.value_status = 'suppressed_at_source')
            as responses_suppressed,
        count(*) filter (where marks.value_status = 'not_available')
            as responses_unavailable,
        count(*) filter (where marks.value_status = 'not_applicable')
            as responses_inapplicable,
        sum(answers.weighted_percent) as percent_sum,
        max(answers.base_unweighted) as base_unweighted

    from wanted

    left join answers
        on
            wanted.area_code = answers.area_code
            and wanted.period_id = answers.period_id
            and wanted.question_id = answers.question_id
            and wanted.response = answers.response

    left join marks
        on answers.weighted_percent_mark = marks.mark

    group by
        wanted.indicator_id,
        wanted.definition_version,
        wanted.area_code,
        wanted.period_id

),

senders as (

    select * from {{ ref('int_senders') }}

    where extract = 'tellus_survey'

),

area_exceptions as (

    select * from {{ ref('area_exceptions') }}

    where applies = 'when_absent'

),

judged as (

    select
        answered.indicator_id,
        answered.definition_version,
        answered.area_code,
        answered.period_id,
        'tellus_survey' as source_extract,

        case
            when answered.responses_set_aside > 0 then 'refused'
            when answered.responses_suppressed > 0 then 'suppressed_at_source'
            when answered.responses_unavailable > 0 then 'not_available'
            when answered.responses_inapplicable > 0 then 'not_applicable'
            when
                answered.responses_known = answered.responses_wanted
                and answered.base_unweighted > 0
                then 'reported'
            when answered.responses_known = answered.responses_wanted
                then 'no_denominator'
            when answered.responses_known > 0 then 'partial'
            when blocks.block_status <> 'reported' then blocks.block_status
            when
                blocks.block_status is not null
                and areas_held.area_code is null
                and area_exceptions.area_code is not null
                then area_exceptions.value_status
            when blocks.block_status is not null then 'not_submitted'
            when {{ is_due('answered.end_date', 'senders.due_days') }}
                then 'not_submitted'
            else 'not_due'
        end as cell_status,

        answered.percent_sum as direct_value,
        cast(answered.base_unweighted as double) as denominator

    from answered

    left join senders
        on answered.area_code = senders.area_code

    left join blocks
        on answered.period_id = blocks.period_id

    left join area_exceptions
        on
            answered.indicator_id = area_exceptions.indicator_id
            and answered.area_code = area_exceptions.area_code

    left join areas_held
        on
            answered.area_code = areas_held.area_code
            and answered.period_id = areas_held.period_id

),

cleared as (

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
        case
            when
                {{ status_is('cell_status', 'divided') }}
                and denominator > 0
                then denominator
        end as denominator,
        case
            when {{ status_is('cell_status', 'numerator') }}
                then direct_value
        end as direct_value,
        0.0e0 as extra_events

    from judged

)

select * from cleared
