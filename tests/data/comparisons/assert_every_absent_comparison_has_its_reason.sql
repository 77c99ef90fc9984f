-- What is not compared says why, and what is compared needs no excuse.
with

pairs as (
    {%- for column in [
        'london_value', 'inner_outer_value', 'neighbours_value', 'quartile', 'rank',
        'benchmark_95', 'benchmark_998', 'funnel_position', 'previous_value', 'change',
        'change_alone', 'trend'
    ] %}

        select
            '{{ column }}' as comparison,
            indicator_id,
            definition_version,
            area_code,
            period_id,
            {% if column == 'trend' -%}
                trend is not null and trend <> 'cannot_be_calculated' as is_given,
            {%- else -%}
                {{ column }} is not null as is_given,
            {%- endif %}
            {{ column }}_reason as reason

        from {{ ref('fct_comparisons') }}
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

)

select * from pairs

where
    is_given = (reason is not null)
    and coalesce(reason, 'none') <> 'inner_outer_is_partial'
    -- a total that partly stands is not set beside itself, and needs no second reason
    and not (
        comparison in ('london_value', 'inner_outer_value')
        and coalesce(reason, 'none') = 'not_an_authority'
    )
