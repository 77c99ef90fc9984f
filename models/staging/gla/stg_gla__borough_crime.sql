{#- One row per borough, category and month of the borough crime tables. -#}

{{ config(pre_hook="{{ land('mps_borough_crime') }}") }}

with

mps_borough_crime as (

    select * from {{ source('lake', 'mps_borough_crime') }}

),

renamed as (

    select
        -- where the record stands
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(record_state as string) as record_state,
        cast(values_set_aside as string) as values_set_aside,

        -- codes
        cast(classification as string) as classification,
        cast(area_code as string) as area_code,
        cast(major_category as string) as major_category,
        cast(minor_category as string) as minor_category,
        cast(offences_mark as string) as offences_mark,

        -- numbers
        cast(offences as double) as offences,

        -- dates
        cast(month_start_date as date) as month_start_date

    from mps_borough_crime

)

select * from renamed
