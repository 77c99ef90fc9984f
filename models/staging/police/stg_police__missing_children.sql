{#- One row per child reported missing, in every version that could be read. -#}

{{ config(pre_hook="{{ land('missing_children') }}") }}

with

missing_children as (

    select * from {{ source('lake', 'missing_children') }}

),

renamed as (

    select
        -- where the record stands
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(record_state as string) as record_state,
        cast(values_set_aside as string) as values_set_aside,

        -- ids
        cast(episode_ref as string) as episode_ref,
        cast(child_ref as string) as child_ref,

        -- codes
        cast(area_code as string) as area_code,
        cast(missing_from as string) as missing_from,

        -- numbers
        cast(age_years as bigint) as age_years,

        -- dates
        cast(reported_date as date) as reported_date,
        cast(found_date as date) as found_date

    from missing_children

)

select * from renamed
