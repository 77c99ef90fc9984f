{#-
    One row per measure, file, area and month. To add a measure, add a line.
    Child abuse counts offences (distinct crimes), knife and drug crime count victims.
-#}

with

offences as (

    select * from {{ ref('int_police__offences_flagged') }}

),

{{ count_measures('offences', {
    'police_child_abuse_violent_offences':
        {'flag': 'is_child_abuse_violent', 'distinct': 'crime_ref'},
    'police_child_abuse_sexual_offences':
        {'flag': 'is_child_abuse_sexual', 'distinct': 'crime_ref'},
    'police_knife_victims': 'is_child_knife_victim',
    'police_drug_victims': 'is_child_drug_victim',
}) }}
