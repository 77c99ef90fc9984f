-- A file is superseded only where a later version of its block stands, or what was
-- written over it under its own name; and it says which.
with

submissions as (

    select * from {{ ref('fct_submissions') }}

),

standing as (

    select * from submissions

    where status = 'accepted'

)

select
    submissions.file_name,
    submissions.version,
    standing.version as standing_version

from submissions

left join standing
    on
        submissions.extract = standing.extract
        and submissions.submitter = standing.submitter
        and submissions.period_id = standing.period_id

where
    submissions.status = 'superseded'
    and (
        coalesce(standing.version < submissions.version, true)
        or (
            standing.version = submissions.version
            and standing.file_name <> submissions.file_name
        )
        or coalesce(submissions.superseded_by <> standing.file_name, true)
    )
