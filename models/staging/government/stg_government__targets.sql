{#-
    One row per target that somebody set: the government office, a department, or a
    borough for itself, in every version that could be read.
-#}

{{ config(pre_hook="{{ land('targets') }}") }}

with

targets as (

    select * from {{ source('lake', 'targets') }}

),

renamed as (

    select
        -- where the record stands
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(record_state as string) as record_state,
        cast(values_set_aside as string) as values_set_aside,

        -- codes
        cast(indicator_id as string) as indicator_id,
        cast(definition_version as bigint) as definition_version,
        cast(area_code as string) as area_code,
        cast(target_period_id as string) as target_period_id,
        cast(direction as string) as direction,
        cast(target_kind as string) as target_kind,

        -- numbers
        cast(target_value as double) as target_value

    from targets

)

select * from renamed
