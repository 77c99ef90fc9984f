{#- One row per allegation or consultation logged by a LADO, in every version read. -#}

{{ config(pre_hook="{{ land('lado_referrals') }}") }}

with

lado_referrals as (

    select * from {{ source('lake', 'lado_referrals') }}

),

renamed as (

    select
        -- where the record stands
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(record_state as string) as record_state,
        cast(values_set_aside as string) as values_set_aside,

        -- ids
        cast(referral_id as string) as referral_id,

        -- codes
        cast(contact_type as string) as contact_type,
        cast(employer_sector as string) as employer_sector,
        cast(allegation_category as string) as allegation_category,
        cast(outcome as string) as outcome,

        -- dates
        cast(referral_date as date) as referral_date,
        cast(strategy_meeting_date as date) as strategy_meeting_date,
        cast(closed_date as date) as closed_date

    from lado_referrals

)

select * from renamed
