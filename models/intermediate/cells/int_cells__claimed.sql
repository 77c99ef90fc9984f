{#-
    One row per indicator, definition, authority and period, before years are made out
    of quarters: the claim that stands among what the indicator's own extract, the
    borough's return and the DfE's publications say, and the return's silence. An answer
    goes before a silence, then the nearer source; `source_extract` says which it was.
    Where the measure does not apply, or has no definition, no claim stands.
-#}

{#- claims have one shape; the nearer a source to the events, the lower its rank -#}
{%- set ranks = {
    'int_claims__events': 1,
    'int_claims__survey': 1,
    'int_claims__returns': 2,
    'int_claims__statistics': 3,
    'int_claims__silences': 4
} -%}

with

expected as (

    select * from {{ ref('int_cells__expected') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

claims as (
    {%- for claim, rank in ranks.items() %}

        select
            indicator_id,
            definition_version,
            area_code,
            period_id,
            {{ rank }} as source_rank,
            source_extract,
            cell_status,
            numerator,
            numerator_low,
            numerator_high,
            denominator,
            direct_value,
            extra_events

        from {{ ref(claim) }}
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

ranked as (

    select
        claims.*,

        row_number() over (
            partition by indicator_id, definition_version, area_code, period_id
            order by
                case when {{ status_is('cell_status', 'answer') }} then 0 else 1 end,
                source_rank
        ) as preference

    from claims

),

chosen as (

    select
        ranked.indicator_id,
        ranked.definition_version,
        ranked.area_code,
        ranked.period_id,
        periods.period_type,
        periods.end_date,
        periods.year_period_id,
        periods.mid_year,
        ranked.source_rank,

        case
            when expected.is_exception then 'not_applicable'
            when expected.is_undefined then 'not_defined'
            else ranked.cell_status
        end as cell_status,

        ranked.extra_events,
        ranked.source_extract,
        ranked.numerator,
        ranked.numerator_low,
        ranked.numerator_high,
        ranked.denominator,
        ranked.direct_value

    from ranked

    inner join periods
        on ranked.period_id = periods.period_id

    left join expected
        on
            ranked.indicator_id = expected.indicator_id
            and ranked.definition_version = expected.definition_version
            and ranked.area_code = expected.area_code
            and ranked.period_id = expected.period_id

    where ranked.preference = 1

),

cleared as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        period_type,
        end_date,
        year_period_id,
        mid_year,
        source_rank,
        cell_status,
        extra_events
        {%- for column in [
            'source_extract', 'numerator', 'numerator_low', 'numerator_high',
            'denominator', 'direct_value'
        ] -%}
            ,
            case
                when not {{ status_is('cell_status', 'void') }} then {{ column }}
            end as {{ column }}
        {%- endfor %}

    from chosen

)

select * from cleared
