{#-
    One row per offence and victim of the standing police files. Every business word
    that a police measure relies on is named here, once. Only offences with status
    "recorded" count; the child abuse set is the MPS's, the victims are both forces'.
-#}

with

offences as (

    select * from {{ ref('stg_police__offences') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

),

offence_code_sets as (

    select * from {{ ref('offence_code_sets') }}

),

described as (

    select
        offences.file_id,
        offences.line_number,
        blocks.period_id as part_period_id,
        offences.area_code,
        offences.recorded_date as counted_date,
        offences.crime_ref,
        offence_code_sets.code_set,
        offence_code_sets.condition,
        offences.is_knife,
        offences.is_drug,
        offences.is_child_abuse,

        offences.status = 'recorded' as is_recorded,
        blocks.submitter_code = 'MPS' as is_from_mps,
        coalesce(offences.victim_age between 0 and 17, false) as is_child_victim,
        coalesce(offence_code_sets.code_set = 'no_victim', false) as has_no_victim

    from offences

    inner join blocks
        on offences.file_id = blocks.file_id

    left join offence_code_sets
        on offences.offence_class = offence_code_sets.offence_class

),

qualified as (

    select
        described.*,

        is_recorded
        and is_from_mps
        and case condition
            when 'none' then true
            when 'child_victim' then is_child_victim
            when 'flagged_child_victim' then is_child_victim and is_child_abuse
            else false
        end as meets_condition

    from described

),

flagged as (

    select
        file_id,
        line_number,
        part_period_id,
        area_code,
        counted_date,
        crime_ref,

        meets_condition
        and code_set = 'child_abuse_violent' as is_child_abuse_violent,

        meets_condition
        and code_set = 'child_abuse_sexual' as is_child_abuse_sexual,

        is_recorded
        and is_child_victim
        and is_knife
        and not has_no_victim as is_child_knife_victim,

        is_recorded
        and is_child_victim
        and is_drug
        and not has_no_victim as is_child_drug_victim

    from qualified

)

select * from flagged
