-- Files that name no sender whom the warehouse knows, and who it may be.
with

files as (

    select * from mart.fct_submissions

    where submitter is not distinct from $submitter

),

guessed as (

    select
        file_id,
        max(likeness) as likeness,
        count(*) as senders,
        string_agg(sender_name, ', ' order by sender_name) as who,
        '; nothing else has come for '
        || any_value(period_sent)
        || ' from '
        || string_agg(sender_name, ', ' order by sender_name) filter (where is_awaited)
            as awaited

    from likely_senders

    group by file_id

)

select
    files.file_name,
    files.relative_path,
    cast(files.received_at as date) as received_on,
    files.reason,
    case
        when guessed.file_id is null then 'nobody whose name is like it'
        else concat(
            case
                when guessed.likeness < 1 then 'perhaps '
                when guessed.senders > 1 then 'one of '
            end,
            guessed.who,
            guessed.awaited
        )
    end as nearest_guess

from files

left join guessed
    using (file_id)

order by files.relative_path, files.file_name
