-- One row per return that is asked about, by its place in the lists, and indicator that
-- its authority owes in it: a year made of quarters is not asked for again.
with

asked as (

    select
        unnest($places) as place,
        unnest($extracts) as extract,
        unnest($areas) as area_code,
        unnest($types) as period_type,
        unnest($ends) as end_date,
        unnest($years) as mid_year

),

owed as (

    select
        indicators.*,
        asked.place,
        asked.area_code,
        asked.mid_year,

        case
            when indicators.additive_over_time <> 'true' then 1
            when
                indicators.range_basis = 'year' and asked.period_type = 'quarter'
                then 0.25
            when
                indicators.range_basis = 'quarter' and asked.period_type <> 'quarter'
                then 4
            else 1
        end as range_factor

    from indicators

    inner join asked
        on
            indicators.extract = asked.extract
            and list_contains(
                string_split(indicators.periods, '|'), asked.period_type
            )
            and asked.end_date >= coalesce(
                cast(indicators.valid_from as date), asked.end_date
            )
            and asked.end_date <= coalesce(
                cast(indicators.valid_to as date), asked.end_date
            )

    where
        indicators.definition_status <> 'not_defined'
        and not (
            asked.period_type = 'financial_year'
            and indicators.year_from_quarters in ('sum', 'last')
        )

),

excused as (

    select
        indicator_id,
        area_code

    from area_exceptions

    where applies = 'always'

)

select
    owed.place,
    owed.indicator_id,
    cast(owed.definition_version as integer) as definition_version,
    owed.title,
    owed.numerator_text,
    coalesce(owed.denominator_text, '') as denominator_text,
    owed.denominator_basis,
    coalesce(owed.measure_qualifier, '') as measure,
    owed.unit,
    cast(owed.multiplier as double) as multiplier,
    owed.numerator_is_part = 'true' as is_part,
    owed.is_estimate = 'true' as is_estimate,
    cast(populations.persons as bigint) as persons,
    cast(owed.plausible_low as double) * owed.range_factor as low,
    cast(owed.plausible_high as double) * owed.range_factor as high

from owed

left join excused
    on
        owed.indicator_id = excused.indicator_id
        and owed.area_code = excused.area_code

left join populations
    on
        owed.area_code = populations.area_code
        and owed.mid_year = populations.mid_year
        and owed.population_age_band = populations.age_band

where excused.indicator_id is null

order by owed.place, owed.seed_line
