{#-
    One row per allegation or consultation of the standing LADO files. Consultations
    and advice are contacts, not allegations. The borough is the LADO's, whose references
    are its own; what two of its files hold counts in the one received first. Of a record
    set aside the flag is null where it could be an allegation.
-#}

with

referrals as (

    select * from {{ ref('stg_lado__referrals') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

judged as (

    select
        referrals.file_id,
        referrals.line_number,
        blocks.period_id as part_period_id,
        blocks.submitter_code as area_code,
        referrals.referral_date as counted_date,
        referrals.contact_type = 'referral' as is_referral,
        coalesce(referrals.record_state = 'set_aside', false) as is_set_aside,

        case
            when referrals.referral_id is not null
                then first_value(referrals.file_id) over (
                    partition by
                        blocks.submitter_code,
                        referrals.referral_id,
                        referrals.contact_type = 'referral'
                    order by
                        coalesce(referrals.record_state = 'set_aside', false) asc,
                        blocks.received_at asc,
                        blocks.period_id asc,
                        referrals.file_id asc
                )
        end as kept_file_id,

        -- whether any record with this reference stands
        max(case when referrals.record_state = 'set_aside' then 0 else 1 end) over (
            partition by blocks.submitter_code, referrals.referral_id
        ) = 1
        and referrals.referral_id is not null as stands_somewhere

    from referrals

    inner join blocks
        on referrals.file_id = blocks.file_id

),

flagged as (

    select
        file_id,
        line_number,
        is_set_aside,
        part_period_id,
        area_code,
        counted_date,
        is_referral
        and (is_set_aside or kept_file_id is null or kept_file_id = file_id)
            as is_allegation,
        case
            when is_referral and not is_set_aside and kept_file_id <> file_id
                then kept_file_id
        end as counted_in_file_id

    from judged

    where not (is_set_aside and stands_somewhere)

)

select * from flagged
