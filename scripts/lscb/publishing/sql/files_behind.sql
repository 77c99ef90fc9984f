-- The files of every block of which any file is, or could be, behind a hidden cell.
-- Files of one extract, sender and period say the same, or what it was before.
create temp table files_behind as
with

behind as (

    select file_id from hidden_files

    union

    select lineage.file_id

    from mart.fct_lineage as lineage

    inner join hidden
        using (indicator_id, definition_version, area_code, period_id)

)

select distinct alike.file_id

from behind

inner join mart.fct_submissions as submissions
    using (file_id)

inner join mart.fct_submissions as alike
    on
        submissions.extract = alike.extract
        and submissions.submitter = alike.submitter
        and submissions.period_id = alike.period_id

where alike.extract not in (from open_extracts)
