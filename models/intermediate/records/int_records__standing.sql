{#-
    One row per record of the standing files, of the extracts that are staged by their
    declaration alone. A record counts once: what two files of a sender hold counts in
    the one received first. The borough is the one that the record names, or the sender
    where no column names one. A record set aside that stands elsewhere is left out.
-#}

with

sent as (

    select * from {{ ref('int_records__sent') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

placed as (

    select
        sent.extract,
        sent.file_id,
        sent.line_number,
        sent.counted_date,
        sent.reference,
        blocks.period_id as part_period_id,
        blocks.submitter_code,
        blocks.received_at,
        coalesce(sent.record_state = 'set_aside', false) as is_set_aside,
        case when sent.is_of_sender then blocks.submitter_code else sent.area_code end
            as area_code

    from sent

    inner join blocks
        on sent.file_id = blocks.file_id

),

ranked as (

    select
        placed.*,

        case
            when reference is not null
                then first_value(file_id) over (
                    partition by extract, submitter_code, reference
                    order by
                        is_set_aside asc,
                        received_at asc,
                        part_period_id asc,
                        file_id asc
                )
        end as kept_file_id,

        -- whether any record with this reference stands
        max(case when is_set_aside then 0 else 1 end) over (
            partition by extract, submitter_code, reference
        ) = 1
        and reference is not null as stands_somewhere

    from placed

),

standing as (

    select
        extract,
        file_id,
        line_number,
        is_set_aside,
        part_period_id,
        area_code,
        counted_date,
        reference,
        case
            when not is_set_aside and kept_file_id <> file_id then kept_file_id
        end as counted_in_file_id

    from ranked

    where not (is_set_aside and stands_somewhere)

)

select * from standing
