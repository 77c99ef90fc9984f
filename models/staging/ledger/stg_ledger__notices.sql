{#- One row per remark about a file that set nothing aside. -#}

-- depends_on: {{ ref('stg_ledger__files') }}

with

notices as (

    select * from {{ source('ledger', 'notices') }}

),

renamed as (

    select
        cast(file_id as string) as file_id,
        cast(column_name as string) as column_name,
        cast(notice_code as string) as notice_code,
        cast(occurrences as bigint) as occurrences

    from notices

)

select * from renamed
