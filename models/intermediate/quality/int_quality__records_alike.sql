{#-
    One row per standing file of records but offences: how many of its records tell what
    another record of it tells in all but the reference, and how many tell what a record
    of another sender's file of the period tells. Offences are left out: many of one day,
    class and borough tell the same and are several.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

records as (

    select
        file_id,
        concat(
            cast(admission_date as string),
            '|', coalesce(cast(episode_start_date as string), ''),
            '|', coalesce(cast(age_years as string), ''),
            '|', coalesce(sex, ''),
            '|', coalesce(admission_method_code, ''),
            '|', coalesce(cast(episode_order as string), ''),
            '|', coalesce(diagnosis_codes, ''),
            '|', coalesce(cause_code, ''),
            '|', coalesce(residence_code, '')
        ) as told

    from {{ ref('stg_pct__admissions') }}

    where record_state = 'accepted'

    union all

    select
        file_id,
        concat(
            cast(reported_date as string),
            '|', coalesce(child_ref, ''),
            '|', coalesce(cast(age_years as string), ''),
            '|', coalesce(area_code, ''),
            '|', coalesce(missing_from, '')
        ) as told

    from {{ ref('stg_police__missing_children') }}

    where record_state = 'accepted'

    union all

    select
        file_id,
        concat(
            cast(referral_date as string),
            '|', coalesce(contact_type, ''),
            '|', coalesce(employer_sector, ''),
            '|', coalesce(allegation_category, ''),
            '|', coalesce(outcome, '')
        ) as told

    from {{ ref('stg_lado__referrals') }}

    where record_state = 'accepted'

    union all

    select
        file_id,
        told

    from {{ ref('int_records__sent') }}

    where record_state = 'accepted'

),

tallied as (

    select
        submissions.extract,
        submissions.period_id,
        submissions.submitter_code,
        records.file_id,
        records.told,
        count(*) as row_count

    from records

    inner join submissions
        on records.file_id = submissions.file_id

    group by
        submissions.extract,
        submissions.period_id,
        submissions.submitter_code,
        records.file_id,
        records.told

),

told as (

    select
        extract,
        period_id,
        told,
        count(distinct submitter_code) as senders

    from tallied

    group by extract, period_id, told

),

compared as (

    select
        tallied.file_id,
        sum(tallied.row_count) as records,
        sum(case when tallied.row_count > 1 then tallied.row_count else 0 end)
            as records_alike,
        sum(case when told.senders > 1 then tallied.row_count else 0 end)
            as records_of_others

    from tallied

    inner join told
        on
            tallied.extract = told.extract
            and tallied.period_id = told.period_id
            and tallied.told = told.told

    group by tallied.file_id

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        submissions.file_id,
        cast(null as bigint) as line_number,

        submissions.extract,
        cast(compared.records as bigint) as records,
        cast(compared.records_alike as bigint) as records_alike,
        cast(compared.records_of_others as bigint) as records_of_others

    from compared

    inner join submissions
        on compared.file_id = submissions.file_id

)

select * from described
