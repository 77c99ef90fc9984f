-- The files of a submitter, with what became of each and why; of one that stands and
-- came late, when it was due.
with

files as (

    select * from mart.fct_submissions

    where submitter is not distinct from $submitter

),

late as (

    select distinct file_id

    from flags_of_submitters

    where rule_code = 'submission_late' and state <> 'resolved'

),

due as (

    select
        extract,
        submitter_code,
        period_id,
        due_date

    from intermediate.int_quality__submissions

)

select
    files.file_name,
    files.extract,
    files.period_id,
    files.version,
    cast(files.received_at as date) as received_on,
    files.status,
    coalesce(
        files.reason,
        files.superseded_by,
        case
            when late.file_id is not null then concat('late: was due ', due.due_date)
        end
    ) as because,
    files.lines_read,
    files.rows_accepted,
    files.rows_set_aside,
    files.rows_duplicate,
    files.rows_passed_over

from files

left join late
    on files.file_id = late.file_id

left join due
    on
        files.extract = due.extract
        and files.submitter = due.submitter_code
        and files.period_id = due.period_id

order by files.extract, files.period_id, files.version, files.file_name
