{#- One row per authority and age band of a mid-year population estimate. -#}

{{ config(pre_hook="{{ land('population') }}") }}

with

population as (

    select * from {{ source('lake', 'population') }}

),

renamed as (

    select
        -- where the record stands
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(record_state as string) as record_state,
        cast(values_set_aside as string) as values_set_aside,

        -- codes
        cast(area_code as string) as area_code,
        cast(age_band as string) as age_band,
        cast(vintage as string) as vintage,

        -- numbers
        cast(persons as double) as persons

    from population

)

select * from renamed
