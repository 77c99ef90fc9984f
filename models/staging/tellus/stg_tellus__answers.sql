{#- One row per authority, question and response of a Tell Us wave. -#}

{{ config(pre_hook="{{ land('tellus_survey') }}") }}

with

tellus_survey as (

    select * from {{ source('lake', 'tellus_survey') }}

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
        cast(question_id as string) as question_id,
        cast(response as string) as response,
        cast(weighted_percent_mark as string) as weighted_percent_mark,

        -- numbers
        cast(wave as bigint) as wave,
        cast(weighted_percent as double) as weighted_percent,
        cast(base_unweighted as bigint) as base_unweighted,
        cast(base_weighted as double) as base_weighted

    from tellus_survey

)

select * from renamed
