{#- One row per indicator, definition and measure that a borough returned. -#}

{{ config(pre_hook="{{ land('lscb_return') }}") }}

with

lscb_return as (

    select * from {{ source('lake', 'lscb_return') }}

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
        cast(measure as string) as measure,
        cast(numerator_mark as string) as numerator_mark,
        cast(denominator_mark as string) as denominator_mark,
        cast(sent_value_mark as string) as sent_value_mark,
        cast(counts_with_percent as string) as counts_with_percent,

        -- numbers
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(sent_value as double) as sent_value

    from lscb_return

)

select * from renamed
