{#-
    One row per standing record file that replaced another: how many references the two
    hold each, and how many of them both hold. A later version holds what the one before
    held, but for corrections.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

),

pairs as (

    select
        standing.file_id,
        standing.area_code,
        standing.period_id,
        standing.extract,
        earlier.file_id as earlier_file_id,
        row_number() over (
            partition by standing.file_id
            order by earlier.version desc, earlier.file_id asc
        ) as recency

    from submissions as standing

    inner join submissions as earlier
        on
            standing.extract = earlier.extract
            and standing.submitter_code = earlier.submitter_code
            and standing.period_id = earlier.period_id
            and standing.version > earlier.version

    where
        standing.submission_status = 'accepted'
        and earlier.submission_status = 'superseded'

),

last_pairs as (

    select * from pairs

    where recency = 1

),

files as (

    select file_id from last_pairs

    union

    select earlier_file_id as file_id from last_pairs

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
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

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
        last_pairs.file_id,
        count(*) as references_kept

    from last_pairs

    inner join keys as own
        on last_pairs.file_id = own.file_id

    inner join keys as earlier
        on
            last_pairs.earlier_file_id = earlier.file_id
            and own.reference = earlier.reference

    group by last_pairs.file_id

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        last_pairs.area_code,
        last_pairs.period_id,
        last_pairs.file_id,
        cast(null as bigint) as line_number,

        last_pairs.extract,
        tallied.file_references,
        earlier.file_references as earlier_references,
        coalesce(shared.references_kept, 0) as references_kept

    from last_pairs

    inner join tallied
        on last_pairs.file_id = tallied.file_id

    inner join tallied as earlier
        on last_pairs.earlier_file_id = earlier.file_id

    left join shared
        on last_pairs.file_id = shared.file_id

)

select * from described
