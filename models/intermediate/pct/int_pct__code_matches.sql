{#-
    One row per finished admission episode that holds a code of some ICD-10 code set,
    with a flag for each set. `primary` sets look at the first diagnosis, `any` sets at
    all fourteen, `cause` sets at the external cause.
-#}

with

admissions as (

    select * from {{ ref('stg_pct__admissions') }}

    where episode_order = 1 or record_state = 'set_aside'

),

icd10_code_sets as (

    select * from {{ ref('icd10_code_sets') }}

    where is_included

),

positions as (
    {%- for position in range(1, 15) %}

        select {{ position }} as code_position
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

codes as (

    select
        admissions.file_id,
        admissions.line_number,
        case when positions.code_position = 1 then 'primary' else 'secondary' end
            as position,
        split_part(admissions.diagnosis_codes, '|', positions.code_position + 1)
            as code

    from admissions

    cross join positions

    union all

    select
        file_id,
        line_number,
        'cause' as position,
        cause_code as code

    from admissions

),

distinct_codes as (

    select distinct
        position,
        code

    from codes

    where code <> ''

),

classified as (

    select
        distinct_codes.position,
        distinct_codes.code,
        icd10_code_sets.code_set

    from distinct_codes

    inner join icd10_code_sets
        on
            (
                distinct_codes.position = icd10_code_sets.position
                or (
                    icd10_code_sets.position = 'any'
                    and distinct_codes.position in ('primary', 'secondary')
                )
            )
            and substring(
                distinct_codes.code,
                1,
                length(replace(icd10_code_sets.code_from, '.', ''))
            ) >= replace(icd10_code_sets.code_from, '.', '')
            and substring(
                distinct_codes.code,
                1,
                length(replace(icd10_code_sets.code_to, '.', ''))
            ) <= replace(icd10_code_sets.code_to, '.', '')

),

matched as (

    select
        codes.file_id,
        codes.line_number,
        max(case when classified.code_set = 'injury' then 1 else 0 end) = 1
            as has_injury,
        max(case when classified.code_set = 'drugs' then 1 else 0 end) = 1 as has_drugs,
        max(case when classified.code_set = 'alcohol' then 1 else 0 end) = 1
            as has_alcohol,
        max(case when classified.code_set = 'self_harm' then 1 else 0 end) = 1
            as has_self_harm

    from codes

    inner join classified
        on
            codes.position = classified.position
            and codes.code = classified.code

    group by codes.file_id, codes.line_number

)

select * from matched
