{#-
    One row per authority and question of a standing Tell Us file: what its responses
    add up to, those that an indicator counts among them, what the same responses add up
    to elsewhere, and another authority with
    the very same answers, if there is one, with how surprising that is.
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

counted_responses as (

    select distinct
        question_id,
        response

    from {{ ref('survey_responses') }}

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
        sum(
            case
                when counted_responses.response is not null
                    then answers.weighted_percent
            end
        ) as percent_counted,
        max(answers.weighted_percent) as largest_percent,
        sum(answers.weighted_percent * answers.weighted_percent) as percent_squares,
        min(answers.response) as first_response,
        max(answers.response) as last_response,
        max(case
            when answers.weighted_percent = floor(answers.weighted_percent) then 0
            else 1
        end) as has_decimals,
        min(answers.base_unweighted) as smallest_base,
        max(answers.base_unweighted) as largest_base

    from answers

    inner join blocks
        on answers.file_id = blocks.file_id

    left join counted_responses
        on
            answers.question_id = counted_responses.question_id
            and answers.response = counted_responses.response

    group by
        answers.file_id, answers.area_code, blocks.period_id, answers.question_id

),

common_bases as (

    -- a base that three authorities or more have was set by design
    select
        file_id,
        question_id,
        largest_base

    from grouped

    group by file_id, question_id, largest_base

    having count(*) >= 3

),

spreads as (

    -- how surprising the very same percentages are: a share of so many children falls
    -- into one step of its rounding no more often than step / (deviation * root 2 pi);
    -- the last response takes the rest, and tells nothing
    select
        answers.file_id,
        answers.area_code,
        answers.question_id,
        sum(
            log10(greatest(1.0e0, 2.5066e0 * sqrt(
                greatest(answers.weighted_percent, 0)
                * greatest(100 - answers.weighted_percent, 0)
                / greatest(answers.base_unweighted, 1)
            ) * case when grouped.has_decimals = 1 then 10 else 1 end))
        )
        - max(
            log10(greatest(1.0e0, 2.5066e0 * sqrt(
                greatest(answers.weighted_percent, 0)
                * greatest(100 - answers.weighted_percent, 0)
                / greatest(answers.base_unweighted, 1)
            ) * case when grouped.has_decimals = 1 then 10 else 1 end))
        ) as percent_surprise

    from answers

    inner join grouped
        on
            answers.file_id = grouped.file_id
            and answers.area_code = grouped.area_code
            and answers.question_id = grouped.question_id

    group by answers.file_id, answers.area_code, answers.question_id

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

    where grouped.responses_given >= 3

    group by grouped.file_id, grouped.area_code, grouped.question_id

),

exhaustive as (

    -- sets of responses that add up to the whole somewhere leave no child out
    select
        question_id,
        responses,
        first_response,
        last_response,
        count(case when percent_sum between 97 and 103 then 1 end) as areas_whole,
        count(case when percent_sum between 0.97 and 1.03 then 1 end)
            as areas_fraction

    from grouped

    where responses = responses_given and responses >= 2

    group by question_id, responses, first_response, last_response

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
        grouped.percent_counted,
        grouped.smallest_base,
        grouped.largest_base,
        grouped.largest_percent,
        twins.twin_area_code,
        coalesce(spreads.percent_surprise, 0.0e0)
        + case
            when common_bases.file_id is null
                then {{ equality_surprise('grouped.largest_base') }}
            else 0.0e0
        end as surprise,
        coalesce(exhaustive.areas_whole, 0) as areas_whole,
        coalesce(exhaustive.areas_fraction, 0) as areas_fraction

    from grouped

    left join spreads
        on
            grouped.file_id = spreads.file_id
            and grouped.area_code = spreads.area_code
            and grouped.question_id = spreads.question_id

    left join common_bases
        on
            grouped.file_id = common_bases.file_id
            and grouped.question_id = common_bases.question_id
            and grouped.largest_base = common_bases.largest_base

    left join exhaustive
        on
            grouped.question_id = exhaustive.question_id
            and grouped.responses = exhaustive.responses
            and grouped.first_response = exhaustive.first_response
            and grouped.last_response = exhaustive.last_response

    left join questions
        on grouped.question_id = questions.question_id

    left join twins
        on
            grouped.file_id = twins.file_id
            and grouped.area_code = twins.area_code
            and grouped.question_id = twins.question_id

)

select * from described
