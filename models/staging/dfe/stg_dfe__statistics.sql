{#- One row per authority, period and statistic of a DfE publication. -#}

{{ config(pre_hook="{{ land('ees_statistics') }}") }}

with

ees_statistics as (

    select * from {{ source('lake', 'ees_statistics') }}

),

renamed as (

    select
        -- where the record stands
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(record_state as string) as record_state,
        cast(values_set_aside as string) as values_set_aside,

        -- codes
        cast(time_period as string) as time_period,
        cast(time_identifier as string) as time_identifier,
        cast(area_code as string) as area_code,
        cast(filters as string) as filters,
        cast(statistic as string) as statistic,
        cast(statistic_value_mark as string) as statistic_value_mark,

        -- numbers
        cast(statistic_value as double) as statistic_value

    from ees_statistics

)

select * from renamed
