-- An accepted record has its date, and what decides whether it counts.
{%- for model, counted_by, counted_on in [
    ('stg_lado__referrals', 'contact_type', 'referral_date'),
    ('stg_police__offences', 'status', 'recorded_date'),
    ('stg_police__missing_children', 'episode_ref', 'reported_date'),
    ('stg_pct__admissions', 'admission_method_code', 'admission_date'),
    ('int_records__sent', 'reference', 'counted_date'),
] %}
    {%- if not loop.first %}

        union all
    {%- endif %}

    select
        file_id,
        line_number,
        {{ counted_by }} as counted_by,
        {{ counted_on }} as counted_on

    from {{ ref(model) }}

    where
        record_state = 'accepted'
        and ({{ counted_by }} is null or {{ counted_on }} is null)
{%- endfor %}
