{#-
    One row per block that an agency owes or has sent: expected ones from the due dates,
    whether anything came, when, and what became of it.
-#}

with

awaited as (

    select distinct
        extract,
        submitter_code,
        part_period_id as period_id,
        part_end_date as end_date,
        due_date

    from {{ ref('int_coverage__blocks_expected') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

sender_areas as (

    select
        extract,
        submitter_code,
        min(area_code) as area_code

    from {{ ref('int_senders') }}

    group by extract, submitter_code

    having count(distinct area_code) = 1

),

senders_of_blocks as (

    select
        extract,
        submitter_code,
        period_id,
        count(distinct case when submission_status = 'accepted' then file_id end)
            as files_standing

    from submissions

    where submitter_code is not null and period_id is not null

    group by extract, submitter_code, period_id

),

others_in as (

    -- what else the same submitter's borough has sent for the same period
    select
        area_code,
        period_id,
        count(distinct extract) as extracts_in

    from submissions

    where submission_status = 'accepted' and area_code is not null

    group by area_code, period_id

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        sender_areas.area_code,
        awaited.period_id,
        blocks.file_id,
        cast(null as bigint) as line_number,

        awaited.extract,
        awaited.submitter_code,
        awaited.due_date,
        awaited.end_date,
        cast(blocks.received_at as date) as received_date,
        cast(blocks.standing_received_at as date) as standing_received_date,
        blocks.block_status,
        coalesce(senders_of_blocks.files_standing, 0) as files_standing,
        coalesce(others_in.extracts_in, 0) as other_extracts_in,
        awaited.due_date < {{ as_of() }} as is_due

    from awaited

    left join blocks
        on
            awaited.extract = blocks.extract
            and awaited.submitter_code = blocks.submitter_code
            and awaited.period_id = blocks.period_id

    left join senders_of_blocks
        on
            awaited.extract = senders_of_blocks.extract
            and awaited.submitter_code = senders_of_blocks.submitter_code
            and awaited.period_id = senders_of_blocks.period_id

    left join sender_areas
        on
            awaited.extract = sender_areas.extract
            and awaited.submitter_code = sender_areas.submitter_code

    left join others_in
        on
            awaited.submitter_code = others_in.area_code
            and awaited.period_id = others_in.period_id

)

select * from described
