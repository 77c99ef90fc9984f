{#-
    One row per explanation in a file that stands: what the authority says of a figure,
    and whether the figure is still the one that it speaks of. That is what was sent, of
    what the authority returns itself, and what was counted of the rest; a mark is as
    good as another that means the same. No date is looked at: a figure that changes and
    changes back is explained again.
-#}

with

explanations as (

    select * from {{ ref('stg_boroughs__explanations') }}

    where record_state = 'accepted'

),

submissions as (

    select * from {{ ref('int_submissions') }}

    where submission_status = 'accepted'

),

returns as (

    select * from {{ ref('stg_boroughs__returns') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

    where extract = 'lscb_return'

),

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

marks as (

    select * from {{ ref('int_marks') }}

    where extract = 'lscb_return'

),

rules as (

    select distinct rule_code

    from {{ ref('int_quality__findings') }}

    where row_kind = 'result'

),

reasons as (

    select * from {{ ref('explanation_reasons') }}

),

given as (

    select
        explanations.file_id,
        explanations.line_number,
        submissions.submitter_code as area_code,
        submissions.period_id,
        explanations.indicator_id,
        explanations.definition_version,
        explanations.rule_code,
        explanations.rule_code is null or rules.rule_code is not null as is_rule_known,
        reasons.reason,
        indicators.denominator_basis = 'sent' as has_denominator,
        explanations.numerator,
        coalesce(numerator_marks.value_status, 'not_available') as numerator_status,
        explanations.denominator,
        coalesce(denominator_marks.value_status, 'not_available')
            as denominator_status,

        indicators.denominator_basis = 'sent'
        and explanations.numerator is not null
        and explanations.denominator is null
        and explanations.denominator_mark is null as is_denominator_missing

    from explanations

    inner join submissions
        on explanations.file_id = submissions.file_id

    inner join reasons
        on explanations.reason = reasons.reason

    inner join indicators
        on
            explanations.indicator_id = indicators.indicator_id
            and explanations.definition_version = indicators.definition_version

    left join rules
        on explanations.rule_code = rules.rule_code

    left join marks as numerator_marks
        on explanations.numerator_mark = numerator_marks.mark

    left join marks as denominator_marks
        on explanations.denominator_mark = denominator_marks.mark

),

returned as (

    select
        blocks.submitter_code as area_code,
        blocks.period_id,
        returns.indicator_id,
        returns.definition_version,
        returns.numerator,
        coalesce(numerator_marks.value_status, 'not_available') as numerator_status,
        returns.denominator,
        coalesce(denominator_marks.value_status, 'not_available')
            as denominator_status

    from returns

    inner join blocks
        on returns.file_id = blocks.file_id

    left join marks as numerator_marks
        on returns.numerator_mark = numerator_marks.mark

    left join marks as denominator_marks
        on returns.denominator_mark = denominator_marks.mark

),

returned_cells as (

    select distinct
        area_code,
        period_id,
        indicator_id,
        definition_version

    from returned

),

counted as (

    select
        indicator_values.area_code,
        indicator_values.period_id,
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.numerator,
        indicator_values.value_status as numerator_status,
        indicator_values.denominator,
        indicator_values.value_status as denominator_status

    from indicator_values

    left join returned_cells
        on
            indicator_values.area_code = returned_cells.area_code
            and indicator_values.period_id = returned_cells.period_id
            and indicator_values.indicator_id = returned_cells.indicator_id
            and indicator_values.definition_version = returned_cells.definition_version

    where returned_cells.area_code is null

),

figures as (

    select * from returned

    union all

    select * from counted

),

compared as (

    select
        given.file_id,
        given.line_number,
        {%- for part in ('numerator', 'denominator') %}

            case
                when given.{{ part }} is not null
                    then coalesce(given.{{ part }} = figures.{{ part }}, false)
                when figures.{{ part }} is not null then false
                when given.{{ part }}_status = 'not_available'
                    then figures.{{ part }}_status <> 'suppressed_at_source'
                else given.{{ part }}_status = figures.{{ part }}_status
            end as is_same_{{ part }},
        {%- endfor %}

        given.has_denominator

    from given

    inner join figures
        on
            given.area_code = figures.area_code
            and given.period_id = figures.period_id
            and given.indicator_id = figures.indicator_id
            and given.definition_version = figures.definition_version

),

alike as (

    select distinct
        file_id,
        line_number

    from compared

    where is_same_numerator and (is_same_denominator or not has_denominator)

),

judged as (

    select
        given.file_id,
        given.line_number,
        given.area_code,
        given.period_id,
        given.indicator_id,
        given.definition_version,
        given.rule_code,
        given.is_rule_known,
        given.reason,
        given.is_denominator_missing,
        alike.file_id is not null as is_of_the_figure

    from given

    left join alike
        on
            given.file_id = alike.file_id
            and given.line_number = alike.line_number

)

select * from judged
