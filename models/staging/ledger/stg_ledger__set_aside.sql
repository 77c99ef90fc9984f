{#- One row per line or value that landing set aside; never the value itself. -#}

-- depends_on: {{ ref('stg_ledger__files') }}

with

set_aside as (

    select * from {{ source('ledger', 'set_aside') }}

),

renamed as (

    select
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(column_name as string) as column_name,
        cast(level as string) as set_aside_level,
        cast(reason_code as string) as reason_code

    from set_aside

)

select * from renamed
