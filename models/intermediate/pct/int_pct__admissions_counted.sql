{#- One row per measure, file, area and month. To add a measure, add a line. -#}

with

admissions as (

    select * from {{ ref('int_pct__admissions_flagged') }}

),

{{ count_measures('admissions', {
    'hospital_injury_admissions': 'is_injury_admission',
    'hospital_drug_admissions': 'is_drug_admission',
    'hospital_alcohol_admissions': 'is_alcohol_admission',
    'hospital_self_harm_admissions': 'is_self_harm_admission',
}) }}
