{#- One row per recorded offence and victim, in every version that could be read. -#}

{{ config(pre_hook="{{ land('police_offences') }}") }}

with

police_offences as (

    select * from {{ source('lake', 'police_offences') }}

),

renamed as (

    select
        -- where the record stands
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(record_state as string) as record_state,
        cast(values_set_aside as string) as values_set_aside,

        -- ids
        cast(crime_ref as string) as crime_ref,
        cast(victim_number as bigint) as victim_number,

        -- codes
        cast(area_code as string) as area_code,
        cast(offence_class as string) as offence_class,
        cast(status as string) as status,

        -- flags
        cast(is_child_abuse as boolean) as is_child_abuse,
        cast(is_knife as boolean) as is_knife,
        cast(is_drug as boolean) as is_drug,

        -- numbers
        cast(victim_age as bigint) as victim_age,

        -- dates
        cast(recorded_date as date) as recorded_date,
        cast(committed_from_date as date) as committed_from_date

    from police_offences

)

select * from renamed
