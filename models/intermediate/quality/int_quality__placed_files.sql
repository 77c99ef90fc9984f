{#-
    One row per file, with the authority it speaks for: its sender, or the one authority
    that a trust or force serves. A sender with several stands for none of them;
    `serves_here` says whether it serves any.
-#}

with

submissions as (

    select * from {{ ref('int_submissions') }}

),

sender_areas as (

    select
        extract,
        submitter_code,
        case when count(distinct area_code) = 1 then min(area_code) end as area_code

    from {{ ref('int_senders') }}

    group by extract, submitter_code

),

placed as (

    select
        submissions.file_id,
        submissions.extract,
        submissions.submitter_code,
        coalesce(submissions.area_code, sender_areas.area_code) as area_code,
        sender_areas.submitter_code is not null as serves_here,
        submissions.period_id,
        submissions.version,
        cast(submissions.received_at as date) as received_date,
        submissions.submission_status,
        submissions.reason,
        submissions.lines_read,
        submissions.rows_accepted,
        submissions.rows_set_aside,
        submissions.rows_duplicate

    from submissions

    left join sender_areas
        on
            submissions.extract = sender_areas.extract
            and submissions.submitter_code = sender_areas.submitter_code

)

select * from placed
