{#-
    One row per figure of a return with a denominator of its own: the first of the other
    authorities that sent the very same numbers in the same period, if there is one, how
    many there are, how far each of the two stands from its own past, and how surprising
    it is that the two are equal by chance. Neither is taken for the copy.
-#}

with

figures as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        file_id,
        line_number,
        source_extract,
        numerator,
        denominator,
        own_periods,
        own_numerator,
        own_denominator,
        abs(coalesce({{ count_departure('numerator', 'own_numerator') }}, 0))
        + abs(coalesce({{ count_departure('denominator', 'own_denominator') }}, 0))
            as departure,

        -- where both are round they were perhaps rounded, and meet the more often
        {{ equality_surprise('numerator') }}
        + {{ equality_surprise('denominator') }}
        - case
            when
                numerator / 10 = floor(numerator / 10)
                and denominator / 10 = floor(denominator / 10)
                then 2.0e0
            when
                numerator / 5 = floor(numerator / 5)
                and denominator / 5 = floor(denominator / 5)
                then 2.0e0 * log10(5.0e0)
            else 0.0e0
        end as surprise

    from {{ ref('int_quality__cells') }}

    where denominator_basis = 'sent' and numerator >= 1 and denominator >= 1

),

pairs as (

    select
        figures.indicator_id,
        figures.definition_version,
        figures.area_code,
        figures.period_id,
        min(counterparts.area_code) as twin_area_code,
        count(*) as areas_alike,
        max(counterparts.own_periods) as twin_periods,
        max(counterparts.departure) as twin_departure

    from figures

    inner join figures as counterparts
        on
            figures.indicator_id = counterparts.indicator_id
            and figures.definition_version = counterparts.definition_version
            and figures.period_id = counterparts.period_id
            and figures.numerator = counterparts.numerator
            and figures.denominator = counterparts.denominator
            and figures.area_code <> counterparts.area_code

    group by
        figures.indicator_id,
        figures.definition_version,
        figures.area_code,
        figures.period_id

),

described as (

    select
        figures.indicator_id,
        figures.definition_version,
        figures.area_code,
        figures.period_id,
        figures.file_id,
        figures.line_number,

        figures.source_extract,
        figures.numerator,
        figures.denominator,
        figures.own_periods,
        figures.own_numerator,
        figures.own_denominator,
        figures.surprise,
        figures.departure,
        pairs.twin_area_code,
        coalesce(pairs.areas_alike, 0) as areas_alike,
        pairs.twin_periods,
        pairs.twin_departure

    from figures

    left join pairs
        on
            figures.indicator_id = pairs.indicator_id
            and figures.definition_version = pairs.definition_version
            and figures.area_code = pairs.area_code
            and figures.period_id = pairs.period_id

)

select * from described
