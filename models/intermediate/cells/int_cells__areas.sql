{#-
    One row per indicator, definition, authority and period: the settled figure. Of a
    financial year that is the extract's where all of it is in, else the year a return
    sent as such, else what the quarters make, else what the DfE prints. Population
    denominators are attached here, the same for a year and its quarters.
-#}

with

chosen as (

    select * from {{ ref('int_cells__kept') }}

),

derived as (

    select * from {{ ref('int_cells__years') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

populations as (

    select * from {{ ref('int_ons__populations_current') }}

),

candidates as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        source_rank,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        direct_value,
        extra_events,
        false as is_derived,

        case
            when
                {{ status_is('cell_status', 'void') }}
                and source_rank in (1, 4) then 0
            when source_rank = 3 and {{ status_is('cell_status', 'whole') }} then 5
            when {{ status_is('cell_status', 'answer') }} then 2
            when source_rank = 2 then 6
            when cell_status = 'refused' then 7
            when source_rank = 3 then 8
            else 10
        end as weight

    from chosen

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        source_rank,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        cast(null as double) as direct_value,
        extra_events,
        true as is_derived,

        case
            when cell_status = 'not_applicable' then 1
            when cell_status = 'reported' and is_all_own_extract then 1
            when {{ status_is('cell_status', 'whole') }}
                then 3
            when cell_status = 'partial' then 4
            when cell_status = 'refused' then 7
            else 9
        end as weight

    from derived

),

ranked as (

    select
        candidates.*,

        row_number() over (
            partition by indicator_id, definition_version, area_code, period_id
            order by weight asc, source_rank asc
        ) as preference

    from candidates

),

settled as (

    select
        ranked.*,
        periods.period_type,
        periods.start_date,
        periods.end_date,
        periods.year_period_id,
        periods.mid_year,
        indicators.denominator_basis,
        indicators.population_age_band,
        populations.persons

    from ranked

    inner join indicators
        on
            ranked.indicator_id = indicators.indicator_id
            and ranked.definition_version = indicators.definition_version

    inner join periods
        on ranked.period_id = periods.period_id

    left join populations
        on
            case
                when indicators.denominator_basis = 'population'
                    then indicators.population_age_band
            end = populations.age_band
            and ranked.area_code = populations.area_code
            and periods.mid_year = populations.mid_year

    where ranked.preference = 1

),

denominated as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        period_type,
        start_date,
        end_date,
        year_period_id,
        mid_year,
        source_extract,
        source_rank,
        is_derived,

        case
            when
                denominator_basis = 'population'
                and {{ status_is('cell_status', 'numerator', 'divided') }}
                and numerator is not null
                and coalesce(persons, 0) = 0
                then 'no_denominator'
            else cell_status
        end as cell_status,

        numerator,
        numerator_low,
        numerator_high,

        case
            when denominator_basis <> 'population' then denominator
            when
                {{ status_is('cell_status', 'divided') }}
                and persons > 0
                then persons
        end as denominator,

        direct_value,
        extra_events

    from settled

)

select * from denominated
