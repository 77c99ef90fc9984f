{#-
    One row per reported value of an authority: its quartile and rank among the
    authorities with a reported value for the same indicator, definition and period.
    Ties share the smallest rank. Fewer than four areas have no quartiles.
-#}

with

comparable as (

    select * from {{ ref('int_comparisons__values') }}

    where can_be_compared

),

bounds as (

    select
        indicator_id,
        definition_version,
        period_id,
        count(*) as ranked_areas,
        {{ quantile_bound('indicator_value', 1) }} as lower_quartile,
        {{ quantile_bound('indicator_value', 2) }} as median,
        {{ quantile_bound('indicator_value', 3) }} as upper_quartile

    from comparable

    group by indicator_id, definition_version, period_id

),

ranked as (

    select
        comparable.indicator_id,
        comparable.definition_version,
        comparable.area_code,
        comparable.period_id,
        bounds.ranked_areas,

        case
            when bounds.ranked_areas >= 4
                then {{ quartile(
                    'comparable.indicator_value', 'bounds.lower_quartile',
                    'bounds.median', 'bounds.upper_quartile', 'comparable.polarity'
                ) }}
        end as quartile,

        {{ rank_by_polarity(
            'comparable.indicator_value',
            'comparable.polarity',
            [
                'comparable.indicator_id',
                'comparable.definition_version',
                'comparable.period_id',
            ]
        ) }} as value_rank

    from comparable

    inner join bounds
        on
            comparable.indicator_id = bounds.indicator_id
            and comparable.definition_version = bounds.definition_version
            and comparable.period_id = bounds.period_id

)

select * from ranked
