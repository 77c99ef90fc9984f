-- An accepted record has its date, and what decides whether it counts.
select
    file_id,
    line_number,
    contact_type as counted_by,
    referral_date as counted_on

from {{ ref('stg_lado__referrals') }}

where
    record_state = 'accepted'
    and (contact_type is null or referral_date is null)

union all

select
    file_id,
    line_number,
    status as counted_by,
    recorded_date as counted_on

from {{ ref('stg_police__offences') }}

where
    record_state = 'accepted'
    and (status is null or recorded_date is null)

union all

select
    file_id,
    line_number,
    episode_ref as counted_by,
    reported_date as counted_on

from {{ ref('stg_police__missing_children') }}

where
    record_state = 'accepted'
    and (episode_ref is null or reported_date is null)

union all

select
    file_id,
    line_number,
    admission_method_code as counted_by,
    admission_date as counted_on

from {{ ref('stg_pct__admissions') }}

where
    record_state = 'accepted'
    and (admission_method_code is null or admission_date is null)
