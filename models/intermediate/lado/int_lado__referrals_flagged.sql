{#-
    One row per allegation or consultation of the standing LADO files. Consultations
    and advice are contacts, not allegations. The borough is the LADO's.
-#}

with

referrals as (

    select * from {{ ref('stg_lado__referrals') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

flagged as (

    select
        referrals.file_id,
        referrals.line_number,
        blocks.period_id as part_period_id,
        blocks.submitter_code as area_code,
        referrals.referral_date as counted_date,
        referrals.contact_type = 'referral' as is_allegation

    from referrals

    inner join blocks
        on referrals.file_id = blocks.file_id

)

select * from flagged
