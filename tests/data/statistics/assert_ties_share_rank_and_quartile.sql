-- Equal values share the smallest rank and one quartile, 1 is the best end (the lowest
-- where neither end is good), and a missing value has neither. The bounds are 2, 3.5,
-- 5.
with

cases as (
    {%- for value, rank_from_low, rank_from_high, quartile_low, quartile_high in [
        (1, 1, 8, 1, 4), (2, 2, 6, 1, 3), (2, 2, 6, 1, 3), (3, 4, 5, 2, 3),
        (4, 5, 4, 3, 2), (5, 6, 2, 3, 1), (5, 6, 2, 3, 1), (8, 8, 1, 4, 1),
        ('null', 'null', 'null', 'null', 'null'),
    ] %}
        {%- for polarity in ['low_is_good', 'neutral', 'high_is_good'] %}

            select
                '{{ polarity }}' as polarity,
                cast({{ value }} as double) as indicator_value,
                {%- if polarity == 'high_is_good' %}
                    cast({{ rank_from_high }} as integer) as expected_rank,
                    cast({{ quartile_high }} as integer) as expected_quartile
                {%- else %}
                    cast({{ rank_from_low }} as integer) as expected_rank,
                    cast({{ quartile_low }} as integer) as expected_quartile
                {%- endif %}

            union all
        {%- endfor %}
    {%- endfor %}

    select
        'no values' as polarity,
        cast(null as double) as indicator_value,
        cast(null as integer) as expected_rank,
        cast(null as integer) as expected_quartile

),

bounds as (

    select
        polarity,
        {{ quantile_bound('indicator_value', 1) }} as lower_quartile,
        {{ quantile_bound('indicator_value', 2) }} as median,
        {{ quantile_bound('indicator_value', 3) }} as upper_quartile

    from cases

    group by polarity

),

computed as (

    select
        cases.*,
        bounds.lower_quartile,
        bounds.median,
        bounds.upper_quartile,
        {{ rank_by_polarity(
            'cases.indicator_value', 'cases.polarity', ['cases.polarity']
        ) }} as computed_rank,
        {{ quartile(
            'cases.indicator_value', 'bounds.lower_quartile', 'bounds.median',
            'bounds.upper_quartile', 'cases.polarity'
        ) }} as computed_quartile

    from cases

    inner join bounds
        on cases.polarity = bounds.polarity

)

select * from computed

where
    expected_rank is distinct from computed_rank
    or expected_quartile is distinct from computed_quartile
