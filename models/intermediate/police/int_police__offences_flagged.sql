{#-
    One row per offence and victim of the standing police files. Every business word
    that a police measure relies on is named here, once. Only offences with status
    "recorded" count; the child abuse set is of the forces that `senders` says, the
    victims are all forces'.
    What two months' files hold counts in the one received first. Of a record set aside a
    flag is null where it could count: nothing that can be read of it says no. To add a
    word that counts victims, add a line.
-#}

{%- set victim_words = {
    'is_child_knife_victim': 'is_child_victim and is_knife and not has_no_victim',
    'is_child_drug_victim': 'is_child_victim and is_drug and not has_no_victim',
} %}

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

senders as (

    select * from {{ ref('senders') }}

),

described as (

    select
        offences.file_id,
        offences.line_number,
        blocks.period_id as part_period_id,
        blocks.submitter_code,
        blocks.received_at,
        offences.area_code,
        offences.recorded_date as counted_date,
        offences.crime_ref,
        offences.victim_number,
        offences.offence_class,
        offence_code_sets.code_set,
        offence_code_sets.condition,
        offences.is_knife,
        offences.is_drug,
        offences.is_child_abuse,
        coalesce(offences.record_state = 'set_aside', false) as is_set_aside,

        offences.status = 'recorded' as is_recorded,
        coalesce(senders.has_child_abuse_set, false) as has_child_abuse_set,

        case
            when
                offences.record_state = 'set_aside'
                and {{ was_set_aside('offences', 'victim_age') }}
                then null
            else coalesce(offences.victim_age between 0 and 17, false)
        end as is_child_victim,

        case
            when offences.offence_class is not null
                then coalesce(offence_code_sets.code_set = 'no_victim', false)
        end as has_no_victim

    from offences

    inner join blocks
        on offences.file_id = blocks.file_id

    left join senders
        on blocks.submitter_code = senders.sender_code

    left join offence_code_sets
        on offences.offence_class = offence_code_sets.offence_class

),

qualified as (

    select
        described.*,

        is_recorded
        and has_child_abuse_set
        and case
            when offence_class is null then null
            when condition = 'none' then true
            when condition = 'child_victim' then is_child_victim
            when condition = 'flagged_child_victim'
                then is_child_victim and is_child_abuse
            else false
        end as meets_condition

    from described

),

judged as (

    select
        qualified.*,
        {%- for word, meaning in victim_words.items() %}
            is_recorded and ({{ meaning }}) as {{ word }},
        {%- endfor %}

        meets_condition
        and code_set = 'child_abuse_violent' as is_violent,

        meets_condition
        and code_set = 'child_abuse_sexual' as is_sexual

    from qualified

),

crimes as (

    select
        submitter_code,
        crime_ref,
        is_violent,
        file_id,
        min(received_at) as received_at,
        min(part_period_id) as part_period_id

    from judged

    where not is_set_aside and (is_violent or is_sexual)

    group by submitter_code, crime_ref, is_violent, file_id

),

crimes_ranked as (

    select
        submitter_code,
        crime_ref,
        is_violent,
        file_id,
        row_number() over (
            partition by submitter_code, crime_ref, is_violent
            order by received_at asc, part_period_id asc, file_id asc
        ) as place,
        count(*) over (partition by submitter_code, crime_ref, is_violent)
            as files_with_it

    from crimes

),

crimes_kept as (

    select * from crimes_ranked

    where place = 1 and files_with_it > 1

),

victims_ranked as (

    select
        submitter_code,
        crime_ref,
        victim_number,
        file_id,
        row_number() over (
            partition by submitter_code, crime_ref, victim_number
            order by received_at asc, part_period_id asc, file_id asc
        ) as place,
        count(*) over (partition by submitter_code, crime_ref, victim_number)
            as files_with_it

    from judged

    where not is_set_aside and ({{ victim_words | join(' or ') }})

),

victims_kept as (

    select * from victims_ranked

    where place = 1 and files_with_it > 1

),

sent_again as (

    -- what was set aside in one file and stands in another is counted there
    select distinct
        standing.submitter_code,
        standing.crime_ref,
        standing.victim_number

    from judged as standing

    inner join judged as aside
        on
            standing.submitter_code = aside.submitter_code
            and standing.crime_ref = aside.crime_ref
            and standing.victim_number = aside.victim_number
            and aside.is_set_aside

    where not standing.is_set_aside

),

placed as (

    select
        judged.*,

        case
            when (judged.is_violent or judged.is_sexual) and not judged.is_set_aside
                then crimes_kept.file_id
        end as crime_file_id,

        case
            when
                (judged.{{ victim_words | join(' or judged.') }})
                and not judged.is_set_aside
                then victims_kept.file_id
        end as victim_file_id

    from judged

    left join crimes_kept
        on
            judged.submitter_code = crimes_kept.submitter_code
            and judged.crime_ref = crimes_kept.crime_ref
            and judged.is_violent = crimes_kept.is_violent

    left join victims_kept
        on
            judged.submitter_code = victims_kept.submitter_code
            and judged.crime_ref = victims_kept.crime_ref
            and judged.victim_number = victims_kept.victim_number

    left join sent_again
        on
            case when judged.is_set_aside then judged.crime_ref end
            = sent_again.crime_ref
            and judged.submitter_code = sent_again.submitter_code
            and judged.victim_number = sent_again.victim_number

    where sent_again.crime_ref is null

),

flagged as (

    select
        file_id,
        line_number,
        is_set_aside,
        part_period_id,
        area_code,
        counted_date,
        crime_ref,

        is_violent and coalesce(crime_file_id = file_id, true)
            as is_child_abuse_violent,
        is_sexual and coalesce(crime_file_id = file_id, true) as is_child_abuse_sexual,
        {%- for word in victim_words %}
            {{ word }} and coalesce(victim_file_id = file_id, true) as {{ word }},
        {%- endfor %}

        coalesce(
            case when crime_file_id <> file_id then crime_file_id end,
            case when victim_file_id <> file_id then victim_file_id end
        ) as counted_in_file_id

    from placed

),

counted as (

    select
        flagged.*,
        is_child_abuse_violent
        or is_child_abuse_sexual
        or {{ victim_words | join(' or ') }} as is_counted

    from flagged

)

select * from counted
