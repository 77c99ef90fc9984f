{#-
    One row per standing file of admissions of a trust that serves an authority here: of
    the records whose authority is known how many are of its own, and of those with an
    injury how many tell its cause, in its own column or among the diagnoses.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted' and serves_here

),

senders as (

    select * from {{ ref('int_senders') }}

    where extract = 'pct_admissions'

),

admissions as (

    select * from {{ ref('stg_pct__admissions') }}

    where record_state = 'accepted'

),

areas as (

    select * from {{ ref('areas') }}

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        submissions.file_id,
        cast(null as bigint) as line_number,

        count(*) as records,
        count(admissions.residence_code) as residences,
        count(areas.area_code) as residents_here,
        count(senders.area_code) as own_residents,

        count(
            case
                when left(admissions.primary_diagnosis_code, 1) in ('S', 'T') then 1
            end
        ) as injuries,
        count(admissions.cause_code) as causes,
        count(
            case
                when
                    admissions.diagnosis_codes like '%|V%'
                    or admissions.diagnosis_codes like '%|W%'
                    or admissions.diagnosis_codes like '%|X%'
                    or admissions.diagnosis_codes like '%|Y%'
                    then 1
            end
        ) as causes_among_diagnoses

    from admissions

    inner join submissions
        on admissions.file_id = submissions.file_id

    left join areas
        on admissions.residence_code = areas.old_ons_code

    left join senders
        on
            submissions.submitter_code = senders.submitter_code
            and areas.area_code = senders.area_code

    group by submissions.file_id, submissions.area_code, submissions.period_id

)

select * from described
