{#-
    One row per figure of a return with a denominator of its own, or count: another
    authority that sent the very same numbers in the same period, if there is one. The
    one of the two that is further from its own past is taken for the copy.
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
        period_type,
        denominator_basis,
        numerator,
        denominator,
        own_periods,
        own_numerator,
        own_denominator,
        {{ count_departure('numerator', 'own_numerator') }} as numerator_departure,
        {{ count_departure('denominator', 'own_denominator') }}
            as denominator_departure,
        {{ count_departure(
            'numerator', 'coalesce(own_numerator, peer_expected)'
        ) }} as any_departure

    from {{ ref('int_quality__cells') }}

    where denominator_basis = 'sent' and numerator >= 3 and denominator >= 20

),

pairs as (

    select
        figures.*,
        counterparts.area_code as twin_area_code,
        counterparts.numerator_departure as twin_numerator_departure,
        counterparts.denominator_departure as twin_denominator_departure,

        row_number() over (
            partition by
                figures.indicator_id,
                figures.definition_version,
                figures.area_code,
                figures.period_id
            order by counterparts.area_code
        ) as twin_rank

    from figures

    left join figures as counterparts
        on
            figures.indicator_id = counterparts.indicator_id
            and figures.definition_version = counterparts.definition_version
            and figures.period_id = counterparts.period_id
            and figures.numerator = counterparts.numerator
            and figures.denominator = counterparts.denominator
            and figures.area_code <> counterparts.area_code

),

described as (

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
        twin_area_code,

        abs(coalesce(numerator_departure, 0)) + abs(coalesce(denominator_departure, 0))
            as departure,
        abs(coalesce(twin_numerator_departure, 0))
        + abs(coalesce(twin_denominator_departure, 0)) as twin_departure

    from pairs

    where twin_rank = 1

)

select * from described
