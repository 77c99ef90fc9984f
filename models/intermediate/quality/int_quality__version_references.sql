{#-
    One row per standing record file that replaced another: how many references the two
    hold each, and how many of them both hold. A later version holds what the one before
    held, but for corrections.
-#}

with

revisions as (

    select * from {{ ref('int_quality__block_revisions') }}

),

files as (

    select file_id from revisions

    union

    select earlier_file_id as file_id from revisions

),

keys as (
    {%- set keys = {
        'stg_pct__admissions': 'epikey',
        'stg_police__offences': 'crime_ref',
        'stg_police__missing_children': 'episode_ref',
        'stg_lado__referrals': 'referral_id',
    } %}
    {%- for model, key in keys.items() %}

        select distinct
            records.file_id,
            records.{{ key }} as reference

        from {{ ref(model) }} as records

        inner join files
            on records.file_id = files.file_id

        where records.record_state = 'accepted'

        union all
    {%- endfor %}

    select distinct
        records.file_id,
        records.reference

    from {{ ref('int_records__sent') }} as records

    inner join files
        on records.file_id = files.file_id

    where records.record_state = 'accepted'

),

tallied as (

    select
        file_id,
        count(*) as file_references

    from keys

    group by file_id

),

shared as (

    select
        revisions.file_id,
        count(*) as references_kept

    from revisions

    inner join keys as own
        on revisions.file_id = own.file_id

    inner join keys as earlier
        on
            revisions.earlier_file_id = earlier.file_id
            and own.reference = earlier.reference

    group by revisions.file_id

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        revisions.area_code,
        revisions.period_id,
        revisions.file_id,
        cast(null as bigint) as line_number,

        revisions.extract,
        tallied.file_references,
        earlier.file_references as earlier_references,
        coalesce(shared.references_kept, 0) as references_kept

    from revisions

    inner join tallied
        on revisions.file_id = tallied.file_id

    inner join tallied as earlier
        on revisions.earlier_file_id = earlier.file_id

    left join shared
        on revisions.file_id = shared.file_id

)

select * from described
