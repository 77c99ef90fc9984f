{#-
    What is profiled, by extract: its staging model, and a list of [profile, column name,
    SQL expression of the bucket]. The profiles are counted by it, and the records of a
    bucket that a rule finds are fetched by it.
-#}

{% macro record_profiles() -%}
    {%- set profiles = {
        'pct_admissions': ['stg_pct__admissions', [
            ['category', 'sex', 'sex'],
            ['category', 'age_years', 'age_years'],
            ['category', 'cause_code', 'left(cause_code, 1)'],
            ['category', 'admission_method_code', 'left(admission_method_code, 1)'],
            ['category', 'residence_code', 'residence_code'],
            ['category', 'episode_order', "case
                when episode_order = 1 then 'first'
                else 'later'
            end"],
            ['category', 'diagnosis_characters', "case
                when length(primary_diagnosis_code) > 3 then 'four or more'
                else 'three'
            end"],
            ['order', 'episode_start_date', "case
                when episode_start_date < admission_date then 'before admission_date'
                else 'in order'
            end"],
        ] + date_profiles('admission_date')],
        'police_offences': ['stg_police__offences', [
            ['category', 'offence_class', 'offence_class'],
            ['category', 'victim_age', 'victim_age'],
            ['category', 'status', 'status'],
            ['category', 'area_code', 'area_code'],
            ['category', 'is_child_abuse', 'is_child_abuse'],
            ['category', 'is_knife', 'is_knife'],
            ['category', 'is_drug', 'is_drug'],
            ['order', 'committed_from_date', "case
                when committed_from_date > recorded_date then 'after recorded_date'
                else 'in order'
            end"],
        ] + date_profiles('recorded_date')],
        'missing_children': ['stg_police__missing_children', [
            ['category', 'age_years', 'age_years'],
            ['category', 'missing_from', 'missing_from'],
            ['category', 'area_code', 'area_code'],
        ] + date_profiles('reported_date')],
        'lado_referrals': ['stg_lado__referrals', [
            ['category', 'contact_type', 'contact_type'],
            ['category', 'employer_sector', 'employer_sector'],
            ['category', 'allegation_category', 'allegation_category'],
            ['category', 'outcome', 'outcome'],
        ] + date_profiles('referral_date')],
        'lscb_return': ['stg_boroughs__returns', [
            ['category', 'indicator_id', 'indicator_id'],
            ['final_digit', 'numerator', "case
                when numerator >= 20 and numerator < 1.0e15
                    then cast(cast(numerator as bigint) % 10 as string)
                else 'below 20'
            end"],
        ]],
    } -%}
    {%- for extract, made in declared_extracts().items() if made.is_declared_alone -%}
        {%- set counted = [] -%}
        {%- for column in made.categories -%}
            {%- do counted.append(['category', column, column]) -%}
        {%- endfor -%}
        {%- do profiles.update({extract: [
            'stg_' ~ made.models, counted + date_profiles(made.counted_date)
        ]}) -%}
    {%- endfor -%}
    {{ return(profiles) }}
{%- endmacro %}
