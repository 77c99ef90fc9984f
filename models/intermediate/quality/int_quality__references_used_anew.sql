{#-
    One row per standing file whose references stand in other files too: how many of its
    records count there, and of how many the other file plainly tells another event:
    another child, another kind of allegation, another place; and both for all files of
    the sender. One who numbers each file from 1 does that, and one who sends an event
    twice does not. Another day alone may be a correction, unless it is of all records.
-#}

with

submissions as (

    select * from {{ ref('int_submissions') }}

),

referrals_flagged as (

    select * from {{ ref('int_lado__referrals_flagged') }}

    where is_allegation or counted_in_file_id is not null

),

referrals as (

    select * from {{ ref('stg_lado__referrals') }}

    where record_state = 'accepted'

),

episodes_flagged as (

    select * from {{ ref('int_police__missing_children_flagged') }}

    where is_missing_episode or counted_in_file_id is not null

),

episodes as (

    select * from {{ ref('stg_police__missing_children') }}

    where record_state = 'accepted'

),

offences_flagged as (

    select * from {{ ref('int_police__offences_flagged') }}

    where is_counted or counted_in_file_id is not null

),

offences as (

    -- one place an offence; where its rows name two, it is no evidence
    select
        file_id,
        crime_ref,
        min(area_code) as first_area_code,
        max(area_code) as last_area_code,
        min(recorded_date) as first_date,
        max(recorded_date) as last_date

    from {{ ref('stg_police__offences') }}

    where record_state = 'accepted' and area_code <> 'UNALLOCATED'

    group by file_id, crime_ref

),

victims_again as (

    -- whom the other file has as well, under the same reference and number
    select distinct
        offences_flagged.file_id,
        offences_flagged.line_number

    from offences_flagged

    inner join {{ ref('stg_police__offences') }} as own
        on
            offences_flagged.file_id = own.file_id
            and offences_flagged.line_number = own.line_number

    inner join {{ ref('stg_police__offences') }} as elsewhere
        on
            offences_flagged.counted_in_file_id = elsewhere.file_id
            and own.crime_ref = elsewhere.crime_ref
            and own.victim_number = elsewhere.victim_number
            and elsewhere.record_state = 'accepted'

),

admissions_flagged as (

    select * from {{ ref('int_pct__admissions_flagged') }}

    where is_counted or counted_in_file_id is not null

),

admissions as (

    select * from {{ ref('stg_pct__admissions') }}

    where record_state = 'accepted'

),

standing as (

    select * from {{ ref('int_records__standing') }}

    where not is_set_aside

),

sent as (

    select * from {{ ref('int_records__sent') }}

    where record_state = 'accepted'

),

records as (

    select
        referrals_flagged.file_id,
        referrals_flagged.counted_in_file_id,
        own.allegation_category <> elsewhere.allegation_category
        or own.employer_sector <> elsewhere.employer_sector as is_other_event,
        own.referral_date <> elsewhere.referral_date as is_other_day

    from referrals_flagged

    inner join referrals as own
        on
            referrals_flagged.file_id = own.file_id
            and referrals_flagged.line_number = own.line_number

    left join referrals as elsewhere
        on
            referrals_flagged.counted_in_file_id = elsewhere.file_id
            and own.referral_id = elsewhere.referral_id

    union all

    -- a pseudonym that was made again is no other child while age and place agree
    select
        episodes_flagged.file_id,
        episodes_flagged.counted_in_file_id,
        own.child_ref <> elsewhere.child_ref
        and (
            abs(own.age_years - elsewhere.age_years) > 1
            or own.area_code <> elsewhere.area_code
        ) as is_other_event,
        own.reported_date <> elsewhere.reported_date as is_other_day

    from episodes_flagged

    inner join episodes as own
        on
            episodes_flagged.file_id = own.file_id
            and episodes_flagged.line_number = own.line_number

    left join episodes as elsewhere
        on
            episodes_flagged.counted_in_file_id = elsewhere.file_id
            and own.episode_ref = elsewhere.episode_ref

    union all

    select
        offences_flagged.file_id,
        offences_flagged.counted_in_file_id,
        offences_flagged.area_code <> 'UNALLOCATED'
        and (
            offences_flagged.area_code < elsewhere.first_area_code
            or offences_flagged.area_code > elsewhere.last_area_code
        ) as is_other_event,
        -- a further victim of an offence may be told on a later day
        victims_again.file_id is not null
        and (
            offences_flagged.counted_date < elsewhere.first_date
            or offences_flagged.counted_date > elsewhere.last_date
        ) as is_other_day

    from offences_flagged

    left join offences as elsewhere
        on
            offences_flagged.counted_in_file_id = elsewhere.file_id
            and offences_flagged.crime_ref = elsewhere.crime_ref

    left join victims_again
        on
            offences_flagged.file_id = victims_again.file_id
            and offences_flagged.line_number = victims_again.line_number

    where not offences_flagged.is_set_aside

    union all

    select
        admissions_flagged.file_id,
        admissions_flagged.counted_in_file_id,
        abs(own.age_years - elsewhere.age_years) > 1
        or (
            own.sex in ('1', '2')
            and elsewhere.sex in ('1', '2')
            and own.sex <> elsewhere.sex
        ) as is_other_event,
        own.admission_date <> elsewhere.admission_date as is_other_day

    from admissions_flagged

    inner join admissions as own
        on
            admissions_flagged.file_id = own.file_id
            and admissions_flagged.line_number = own.line_number

    left join admissions as elsewhere
        on
            admissions_flagged.counted_in_file_id = elsewhere.file_id
            and own.epikey = elsewhere.epikey

    union all

    -- of an extract that nobody has looked at more closely, the place alone tells
    select
        standing.file_id,
        standing.counted_in_file_id,
        standing.area_code <> 'UNALLOCATED'
        and elsewhere.area_code <> 'UNALLOCATED'
        and standing.area_code <> elsewhere.area_code as is_other_event,
        standing.counted_date <> elsewhere.counted_date as is_other_day

    from standing

    left join sent as elsewhere
        on
            standing.counted_in_file_id = elsewhere.file_id
            and standing.reference = elsewhere.reference

),

tallied as (

    select
        file_id,
        count(*) as records_to_count,
        count(counted_in_file_id) as records_elsewhere,
        count(case when is_other_event then 1 end) as other_events,
        count(case when is_other_day then 1 end) as other_days,
        min(counted_in_file_id) as counted_in_file_id

    from records

    group by file_id

    having count(counted_in_file_id) > 0

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        tallied.file_id,
        cast(null as bigint) as line_number,

        submissions.extract,
        tallied.records_to_count,
        tallied.records_elsewhere,
        tallied.other_events,
        tallied.other_days,
        cast(
            sum(tallied.records_elsewhere) over (
                partition by submissions.extract, submissions.submitter_code
            ) as bigint
        ) as sender_records_elsewhere,
        cast(
            sum(tallied.other_events) over (
                partition by submissions.extract, submissions.submitter_code
            ) as bigint
        ) as sender_other_events,
        other_files.file_name as counted_in_file_name

    from tallied

    inner join submissions
        on tallied.file_id = submissions.file_id

    inner join submissions as other_files
        on tallied.counted_in_file_id = other_files.file_id

)

select * from described
