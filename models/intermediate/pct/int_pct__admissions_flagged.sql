{#-
    One row per episode of care of the standing PCT files, with the borough of the
    resident and every business word that a hospital measure relies on, named once.
    A finished admission episode is the first episode of a spell. The borough is that
    of residence, else that of the PCT where it serves one; never a guess. An episode
    that two files hold counts under the sender that is its PCT, else in the file received
    first. Of a record set aside a flag is null where it could count. To add a word, add a
    line: `has_` says that a code of a set was found.
-#}

{%- set words = {
    'is_injury_admission': 'is_emergency and is_child and has_injury',
    'is_drug_admission': 'is_under_20 and has_drugs',
    'is_alcohol_admission': 'is_under_20 and has_alcohol',
    'is_self_harm_admission': 'is_emergency and is_child and has_self_harm',
} %}

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
        blocks.received_at,
        admissions.admission_date as counted_date,
        admissions.epikey,
        coalesce(admissions.record_state = 'set_aside', false) as is_set_aside,
        coalesce(admissions.residence_pct_code, blocks.submitter_code)
        = blocks.submitter_code as is_with_own_pct,
        coalesce(
            admissions.record_state = 'set_aside'
            and {{ was_set_aside('admissions', 'resladst') }}
            and {{ was_set_aside('admissions', 'respct') }},
            false
        ) as is_residence_unread,
        admissions.residence_code,
        areas.area_code as residence_area_code,

        -- a code that could not be read is unknown; an absent one is the submitter's
        case
            when admissions.residence_pct_code is not null
                then admissions.residence_pct_code
            when {{ was_set_aside('admissions', 'respct') }} then 'unknown'
            else blocks.submitter_code
        end as pct_code,

        -- no code of a set is none, unless codes of a record set aside were not read
        case
            when
                admissions.record_state = 'set_aside'
                and (
                    admissions.values_set_aside like '%diag!_%' escape '!'
                    or {{ was_set_aside('admissions', 'cause') }}
                )
                then null
            else false
        end as none_found,

        admissions.episode_order = 1 as is_finished_admission,
        admissions.admission_method_code like '2%' as is_emergency,
        admissions.age_years,
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
            when placed.is_residence_unread then null
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

coded as (

    select
        {%- for code_set in ['injury', 'drugs', 'alcohol', 'self_harm'] %}
            coalesce(nullif(code_matches.has_{{ code_set }}, false), located.none_found)
                as has_{{ code_set }},
        {%- endfor %}
        located.*

    from located

    left join code_matches
        on
            located.file_id = code_matches.file_id
            and located.line_number = code_matches.line_number

    where coalesce(located.area_code, 'UNREAD') <> 'OUTSIDE'

),

judged as (

    select
        file_id,
        line_number,
        is_set_aside,
        part_period_id,
        received_at,
        area_code,
        counted_date,
        epikey,
        {%- for word, meaning in words.items() %}
            is_finished_admission and ({{ meaning }}) as {{ word }},
        {%- endfor %}
        is_with_own_pct

    from coded

),

counting as (

    select * from judged

    where not is_set_aside and ({{ words | join(' or ') }})

),

held_twice as (

    select epikey

    from counting

    group by epikey

    having count(*) > 1

),

ranked as (

    select
        counting.epikey,
        counting.file_id,
        row_number() over (
            partition by counting.epikey
            order by
                counting.is_with_own_pct desc,
                counting.received_at asc,
                counting.part_period_id asc,
                counting.file_id asc
        ) as place

    from counting

    inner join held_twice
        on counting.epikey = held_twice.epikey

),

kept as (

    select * from ranked

    where place = 1

),

sent_again as (

    -- what was set aside in one file and stands in another is counted there
    select distinct standing.epikey

    from judged as standing

    inner join judged as aside
        on standing.epikey = aside.epikey and aside.is_set_aside

    where not standing.is_set_aside

),

flagged as (

    select
        judged.file_id,
        judged.line_number,
        judged.is_set_aside,
        judged.part_period_id,
        judged.area_code,
        judged.counted_date,
        {%- for word in words %}
            judged.{{ word }} and coalesce(kept.file_id = judged.file_id, true)
                as {{ word }},
        {%- endfor %}
        (judged.{{ words | join(' or judged.') }})
        and coalesce(kept.file_id = judged.file_id, true) as is_counted,

        case
            when
                kept.file_id <> judged.file_id
                and (judged.{{ words | join(' or judged.') }})
                then kept.file_id
        end as counted_in_file_id

    from judged

    left join kept
        on case when not judged.is_set_aside then judged.epikey end = kept.epikey

    left join sent_again
        on case when judged.is_set_aside then judged.epikey end = sent_again.epikey

    where sent_again.epikey is null

)

select * from flagged
