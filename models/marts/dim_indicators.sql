{#-
    One row per indicator and version of its definition, as the catalogue has it: words,
    types and dates. A changed definition is a new version with dates of its own.
-#}

with

indicators as (

    select * from {{ ref('indicators') }}

),

latest as (

    select
        indicator_id,
        max(definition_version) as definition_version

    from indicators

    where valid_to is null

    group by indicator_id

),

last_versions as (

    select
        indicator_id,
        max(definition_version) as definition_version

    from indicators

    group by indicator_id

),

described as (

    select
        indicators.indicator_id,
        cast(indicators.definition_version as bigint) as definition_version,
        indicators.definition_version
        = coalesce(latest.definition_version, last_versions.definition_version)
            as is_current,
        indicators.title,
        indicators.short_title,
        indicators.theme,
        indicators.numerator_text,
        indicators.denominator_text,
        indicators.unit,
        cast(indicators.multiplier as double) as multiplier,
        indicators.value_type,
        indicators.polarity,
        indicators.polarity_note,
        indicators.periodicity,
        indicators.periods,
        indicators.source_agency,
        indicators.extract,
        indicators.numerator_measure_id,
        indicators.denominator_basis,
        indicators.population_age_band,
        indicators.measure_qualifier,
        indicators.decision_status,
        indicators.definition_status,
        indicators.data_status,
        cast(indicators.minute_paragraph as string) as minute_paragraph,
        indicators.provenance,
        indicators.provenance_detail,
        indicators.ni_reference,
        cast(indicators.plausible_low as double) as plausible_low,
        cast(indicators.plausible_high as double) as plausible_high,
        indicators.range_basis as plausible_basis,
        indicators.plausible_reason,
        indicators.additive_over_areas,
        indicators.additive_over_time,
        indicators.year_from_quarters,
        indicators.year_denominator,
        indicators.rollup_rule,
        indicators.notes,
        cast(indicators.valid_from as date) as valid_from,
        cast(indicators.valid_to as date) as valid_to,
        indicators.is_context,
        indicators.source

    from indicators

    inner join last_versions
        on indicators.indicator_id = last_versions.indicator_id

    left join latest
        on indicators.indicator_id = latest.indicator_id

)

select * from described
