-- What a sender can do, one row a task: refused files first, then files that have not
-- come, and errors; then lines and values set aside and warnings, of each kind one
-- before any comes again. What is a question is no task, nor what was wrong in a file
-- that a later version has replaced.
with

own as (

    select * from flags_of_submitters

    where
        submitter is not distinct from $submitter
        and state <> 'resolved'
        and not is_asked
        and explained_reason is null
        and not is_replaced
        and not is_of_lines_set_aside
        and not is_told_by_quarters
        and category <> 'timeliness'
        and severity <> 'notice'
        and rule_code <> 'submission_refused'

),

findings as (

    select
        case
            when flags.rule_code = 'file_refused' then 1
            when flags.rule_code = 'submission_missing' then 2
            when flags.severity = 'error' then 3
            else 6
        end as place,
        flags.file_name,
        case
            when flags.rule_code = 'submission_missing'
                then concat(split_part(flags.detail, ' ', 1), ': nothing has come')
            when flags.rule_code = 'file_refused' then flags.detail
            else flags.message
        end as what_is_wrong,
        case when flags.rule_code = 'submission_missing' then flags.period_id end
            as period_id,
        case when flags.rule_code = 'submission_missing' then likely.file_name end
            as may_be_it,
        flags.rule_code,
        case
            when flags.rule_code = 'file_refused' and flags.submitter is null
                then concat(
                    'Ask who sent it, put the sender''s name or code into the name of',
                    ' the file, and land it again.'
                )
            else flags.what_to_do
        end as what_to_do,
        flags.line_numbers

    from own as flags

    left join likely_senders as likely
        on
            flags.submitter = likely.sender_code
            and flags.period_id = likely.period_sent
            and split_part(flags.detail, ' ', 1) = likely.extract

),

-- the files that are missing are one task an extract, and other findings of one kind in
-- one file are one task
tasks_of_findings as (

    select
        place,
        file_name,
        case when count(*) = 1 then any_value(line_numbers) end as line_numbers,
        cast(null as varchar) as column_name,
        concat(
            min(what_is_wrong),
            ' for ' || string_agg(distinct period_id, ', ' order by period_id) || '.',
            ' A file came that may be it, but does not say whose it is: '
            || string_agg(distinct may_be_it, ', ' order by may_be_it)
            || '.',
            case
                when count(*) > 1 and place <> 2
                    then concat(' And ', count(*) - 1, ' more of the kind.')
            end
        ) as what_is_wrong,
        concat(
            case
                when count(may_be_it) > 0
                    then concat(
                        'If that file is yours, send it again with your full name or',
                        ' code in its name. If not: '
                    )
            end,
            what_to_do
        ) as what_to_do,
        rule_code as kind,
        count(*) as occurrences

    from findings

    group by
        place,
        file_name,
        rule_code,
        what_to_do,
        case when place = 2 then what_is_wrong end

),

counted_files as (

    select file_id

    from mart.fct_submissions

    where submitter is not distinct from $submitter and status = 'accepted'

),

lines_set_aside as (

    select
        set_aside.*,
        row_number() over (
            partition by
                set_aside.file_id,
                set_aside.column_name,
                set_aside.level,
                set_aside.message,
                set_aside.what_to_do
            order by set_aside.line_number
        ) as place_in_task

    from mart.fct_set_aside as set_aside

    inner join counted_files
        on set_aside.file_id = counted_files.file_id

),

tasks_of_lines as (

    select
        case when level = 'record' then 4 else 5 end as place,
        file_name,
        lines_told(line_number, place_in_task) as line_numbers,
        column_name,
        message as what_is_wrong,
        what_to_do,
        message as kind,
        count(*) as occurrences

    from lines_set_aside

    group by level, file_id, file_name, column_name, message, what_to_do

),

tasks as (

    select * from tasks_of_findings

    union all

    select * from tasks_of_lines

),

ranked as (

    select
        *,
        row_number() over (
            partition by kind, column_name
            order by occurrences desc, file_name, what_is_wrong, line_numbers
        ) as repetition

    from tasks

)

select
    file_name,
    line_numbers,
    column_name,
    what_is_wrong,
    what_to_do

from ranked

order by
    least(place, 4),
    repetition,
    place,
    occurrences desc,
    file_name,
    column_name,
    what_is_wrong,
    line_numbers
