-- What became of each explanation in the files of a submitter that stand.
with

own as (

    select * from intermediate.int_quality__explanations

    where area_code = $submitter

),

explanations as (

    select
        own.*,
        submissions.file_name

    from own

    inner join mart.fct_submissions as submissions
        using (file_id)

),

answered as (

    select
        explanations.file_id,
        explanations.line_number,
        count(flags.flag_id) as questions,
        count(flags.explained_reason) as questions_explained,
        count(case when flags.severity = 'error' then 1 end) as errors

    from explanations

    inner join flags_of_submitters as flags
        on
            explanations.indicator_id = flags.indicator_id
            and explanations.definition_version = flags.definition_version
            and explanations.area_code = flags.area_code
            and explanations.period_id = flags.period_id
            and flags.rule_code = coalesce(explanations.rule_code, flags.rule_code)

    where explanations.area_code = flags.submitter and flags.state <> 'resolved'

    group by explanations.file_id, explanations.line_number

)

select
    explanations.file_name,
    explanations.line_number,
    explanations.indicator_id,
    explanations.rule_code,
    explanations.reason,
    case
        when not explanations.is_rule_known
            then 'Nothing: no rule is called so. Take its name from this sheet.'
        when explanations.is_denominator_missing
            then 'Nothing: it does not name the denominator. Name both numbers.'
        when not explanations.is_of_the_figure
            then 'Nothing: the figure is not, or no longer, the one that it names.'
        when answered.errors = answered.questions
            then 'Nothing: an error cannot be explained. Send the figure corrected.'
        when answered.errors > 0
            then 'The questions, but not the error: send the figure corrected.'
        when answered.questions_explained > 0
            then 'What was asked, while the figure stays as it is.'
        else 'Nothing yet: nothing is asked of the figure.'
    end as what_it_explains

from explanations

left join answered
    using (file_id, line_number)

order by explanations.file_name, explanations.line_number
