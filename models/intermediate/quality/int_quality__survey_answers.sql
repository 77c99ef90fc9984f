{#-
    One row per authority and question of a standing Tell Us file: what its responses add
    up to, and another authority with the very same answers, if there is one.
-#}

with

answers as (

    select * from {{ ref('stg_tellus__answers') }}

    where record_state = 'accepted'

),

blocks as (

    select * from {{ ref('int_blocks') }}

    where extract = 'tellus_survey'

),

questions as (

    -- an indicator that reads the question; the smallest where several do
    select
        question_id,
        min(indicator_id) as indicator_id,
        min(definition_version) as definition_version

    from {{ ref('survey_responses') }}

    group by question_id

),

grouped as (

    select
        answers.file_id,
        answers.area_code,
        blocks.period_id,
        answers.question_id,
        min(answers.line_number) as line_number,
        count(*) as responses,
        count(answers.weighted_percent) as responses_given,
        sum(answers.weighted_percent) as percent_sum,
        max(answers.weighted_percent) as largest_percent,
        sum(answers.weighted_percent * answers.weighted_percent) as percent_squares,
        min(answers.base_unweighted) as smallest_base,
        max(answers.base_unweighted) as largest_base

    from answers

    inner join blocks
        on answers.file_id = blocks.file_id

    group by
        answers.file_id, answers.area_code, blocks.period_id, answers.question_id

),

twins as (

    select
        grouped.file_id,
        grouped.area_code,
        grouped.question_id,
        min(counterparts.area_code) as twin_area_code

    from grouped

    inner join grouped as counterparts
        on
            grouped.file_id = counterparts.file_id
            and grouped.question_id = counterparts.question_id
            and grouped.area_code <> counterparts.area_code
            and grouped.responses_given = counterparts.responses_given
            and grouped.largest_base = counterparts.largest_base
            and grouped.largest_percent = counterparts.largest_percent
            and grouped.percent_squares = counterparts.percent_squares

    where grouped.responses_given >= 3 and grouped.largest_base >= 50

    group by grouped.file_id, grouped.area_code, grouped.question_id

),

described as (

    select
        questions.indicator_id,
        cast(questions.definition_version as bigint) as definition_version,
        grouped.area_code,
        grouped.period_id,
        grouped.file_id,
        grouped.line_number,

        grouped.question_id,
        grouped.responses,
        grouped.responses_given,
        grouped.percent_sum,
        grouped.smallest_base,
        grouped.largest_base,
        twins.twin_area_code

    from grouped

    left join questions
        on grouped.question_id = questions.question_id

    left join twins
        on
            grouped.file_id = twins.file_id
            and grouped.area_code = twins.area_code
            and grouped.question_id = twins.question_id

)

select * from described
