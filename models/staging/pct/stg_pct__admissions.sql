{#- One row per episode of care sent by a PCT, in every version that could be read. -#}

{{ config(pre_hook="{{ land('pct_admissions') }}") }}

with

pct_admissions as (

    select * from {{ source('lake', 'pct_admissions') }}

),

renamed as (

    select
        -- where the record stands
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(record_state as string) as record_state,
        cast(values_set_aside as string) as values_set_aside,

        -- ids
        cast(epikey as string) as epikey,

        -- codes
        cast(sex as string) as sex,
        cast(admission_method_code as string) as admission_method_code,
        cast(primary_diagnosis_code as string) as primary_diagnosis_code,
        cast(diagnosis_codes as string) as diagnosis_codes,
        cast(cause_code as string) as cause_code,
        cast(residence_code as string) as residence_code,
        cast(residence_pct_code as string) as residence_pct_code,

        -- numbers
        cast(age_years as bigint) as age_years,
        cast(episode_order as bigint) as episode_order,

        -- dates
        cast(admission_date as date) as admission_date,
        cast(episode_start_date as date) as episode_start_date

    from pct_admissions

)

select * from renamed
