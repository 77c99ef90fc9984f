{#-
    One row per indicator, authority and quarter that counts records or published crime:
    its months rolled up, or its one block of a quarter.
-#}

with

parts as (

    select
        *,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        cast(null as double) as denominator,
        false as is_outside_ratio

    from {{ ref('int_claims__event_parts') }}

),

{{ roll_up('parts', [
    'indicator_id', 'definition_version', 'area_code', 'period_id', 'source_extract'
]) }},

claims as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        cast(null as double) as direct_value,
        extra_events

    from rolled_up

)

select * from claims
