{#-
    One row per file, column and bucket: how many accepted records fall in it; a bucket
    that is null counts the blanks. The only rule work that grows with the records: what
    judges them afterwards reads this table.
-#}

with

admissions as (

    {{ profile('stg_pct__admissions', 'pct_admissions', [
        ['category', 'sex', 'sex'],
        ['category', 'age_years', 'age_years'],
        ['category', 'cause_code', 'left(cause_code, 1)'],
        ['category', 'admission_method_code', 'left(admission_method_code, 1)'],
        ['category', 'residence_code', 'residence_code'],
        ['order', 'episode_start_date', "case
            when episode_start_date < admission_date then 'before admission_date'
            else 'in order'
        end"],
    ] + date_profiles('admission_date')) }}

),

offences as (

    {{ profile('stg_police__offences', 'police_offences', [
        ['category', 'offence_class', 'offence_class'],
        ['category', 'victim_age', 'victim_age'],
        ['category', 'status', 'status'],
        ['category', 'area_code', 'area_code'],
        ['order', 'committed_from_date', "case
            when committed_from_date > recorded_date then 'after recorded_date'
            else 'in order'
        end"],
    ] + date_profiles('recorded_date')) }}

),

missing_children as (

    {{ profile('stg_police__missing_children', 'missing_children', [
        ['category', 'age_years', 'age_years'],
        ['category', 'missing_from', 'missing_from'],
        ['category', 'area_code', 'area_code'],
    ] + date_profiles('reported_date')) }}

),

referrals as (

    {{ profile('stg_lado__referrals', 'lado_referrals', [
        ['category', 'contact_type', 'contact_type'],
        ['category', 'employer_sector', 'employer_sector'],
        ['category', 'allegation_category', 'allegation_category'],
        ['category', 'outcome', 'outcome'],
    ] + date_profiles('referral_date')) }}

),

returns as (

    {{ profile('stg_boroughs__returns', 'lscb_return', [
        ['category', 'indicator_id', 'indicator_id'],
        ['final_digit', 'numerator', "case
            when numerator >= 20 and numerator < 1.0e15
                then cast(cast(numerator as bigint) % 10 as string)
            else 'below 20'
        end"],
    ]) }}

),

unioned as (

    select * from admissions

    union all

    select * from offences

    union all

    select * from missing_children

    union all

    select * from referrals

    union all

    select * from returns

)

select * from unioned
