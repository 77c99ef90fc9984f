{#-
    One row per explanation that a borough gave, in a file of explanations or on the
    sheet of its form for them: a row of a form has the form's file and the sheet's line.
-#}

{{ config(pre_hook="{{ land('explanations') }}") }}

-- depends_on: {{ ref('stg_boroughs__returns') }}

with

explanations as (

    select * from {{ source('lake', 'explanations') }}

),

renamed as (

    select
        -- where the record stands
        cast(file_id as string) as file_id,
        cast(line_number as bigint) as line_number,
        cast(record_state as string) as record_state,
        cast(values_set_aside as string) as values_set_aside,

        -- codes
        cast(rule_code as string) as rule_code,
        cast(indicator_id as string) as indicator_id,
        cast(definition_version as bigint) as definition_version,
        cast(reason as string) as reason,
        cast(numerator_mark as string) as numerator_mark,
        cast(denominator_mark as string) as denominator_mark,
        cast(counts_with_percent as string) as counts_with_percent,

        -- numbers
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator

    from explanations

)

select * from renamed
