{#-
    One row per block (extract, submitter and period) that anybody claims, with the file
    that stands for it, if one does. Where the records of that file are no longer kept,
    nothing can be counted from it: not available. A block of which every file was
    withdrawn is none, and a form that came back blank is nothing sent. Lateness is
    judged by the first file of the block that was not refused, be it withdrawn since: a
    correction does not make a punctual sender late.
-#}

with

submissions as (

    select * from {{ ref('int_submissions') }}

    where
        period_id is not null
        and submitter_code is not null
        and coalesce(reason_code, '') <> 'form_left_blank'

),

blocks as (

    select
        extract,
        submitter_code,
        period_id,

        max(case when submission_status = 'accepted' then file_id end) as file_id,
        max(case when submission_status = 'accepted' then records_removed_on end)
            as records_removed_on,
        max(case when submission_status = 'accepted' then received_at end)
            as standing_received_at,
        min(
            case
                when
                    submission_status <> 'refused'
                    and coalesce(reason_code, 'withdrawn') = 'withdrawn'
                    then received_at
            end
        ) as received_at,
        min(received_at) as first_seen_at

    from submissions

    group by extract, submitter_code, period_id

    having count(case when submission_status <> 'withdrawn' then file_id end) > 0

),

judged as (

    select
        extract,
        submitter_code,
        period_id,
        file_id,
        standing_received_at,
        received_at,
        first_seen_at,
        case
            when file_id is null then 'refused'
            when records_removed_on is not null then 'not_available'
            else 'reported'
        end as block_status

    from blocks

)

select * from judged
