{#-
    One row per episode of care of the standing PCT files, with the borough of the
    resident and every business word that a hospital measure relies on, named once.
    A finished admission episode is the first episode of a spell. The borough is that
    of residence, else that of the PCT where it serves one; never a guess.
-#}

with

admissions as (

    select * from {{ ref('stg_pct__admissions') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

    where area_type = 'local_authority'

),

pcts as (

    select * from {{ ref('int_pct__pcts_served') }}

),

code_matches as (

    select * from {{ ref('int_pct__code_matches') }}

),

placed as (

    select
        admissions.file_id,
        admissions.line_number,
        blocks.period_id as part_period_id,
        admissions.admission_date as counted_date,
        admissions.residence_code,
        areas.area_code as residence_area_code,

        -- a code that could not be read is unknown; an absent one is the submitter's
        case
            when admissions.residence_pct_code is not null
                then admissions.residence_pct_code
            when {{ was_set_aside('admissions', 'respct') }} then 'unknown'
            else blocks.submitter_code
        end as pct_code,

        admissions.episode_order = 1 as is_finished_admission,
        admissions.admission_method_code like '2%' as is_emergency,
        admissions.age_years between 0 and 17 as is_child,
        admissions.age_years between 0 and 19 as is_under_20

    from admissions

    inner join blocks
        on admissions.file_id = blocks.file_id

    left join areas
        on admissions.residence_code = areas.old_ons_code

),

located as (

    select
        placed.*,

        case
            when placed.residence_area_code is not null then placed.residence_area_code
            when placed.residence_code is not null then 'OUTSIDE'
            when pcts.area_code is not null then pcts.area_code
            when pcts.pct_code is not null then 'UNALLOCATED'
            when {{ matches('placed.pct_code', '^[5T][A-Z0-9]{2}$') }} then 'OUTSIDE'
            else 'UNALLOCATED'
        end as area_code

    from placed

    left join pcts
        on placed.pct_code = pcts.pct_code

),

flagged as (

    select
        located.file_id,
        located.line_number,
        located.part_period_id,
        located.area_code,
        located.counted_date,

        located.is_finished_admission
        and located.is_emergency
        and located.is_child
        and coalesce(code_matches.has_injury, false) as is_injury_admission,

        located.is_finished_admission
        and located.is_under_20
        and coalesce(code_matches.has_drugs, false) as is_drug_admission,

        located.is_finished_admission
        and located.is_under_20
        and coalesce(code_matches.has_alcohol, false) as is_alcohol_admission,

        located.is_finished_admission
        and located.is_emergency
        and located.is_child
        and coalesce(code_matches.has_self_harm, false) as is_self_harm_admission

    from located

    left join code_matches
        on
            located.file_id = code_matches.file_id
            and located.line_number = code_matches.line_number

    where located.area_code <> 'OUTSIDE'

)

select * from flagged
