{#-
    One row per standing return: how many of its proportions have a denominator, how many
    different ones there are, and the least of them; and the number of nines (99, 999 or
    9,999) that most of its indicators give, with how many do.
-#}

with

return_lines as (

    select * from {{ ref('int_quality__return_lines') }}

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        area_code,
        period_id,
        file_id,
        cast(null as bigint) as line_number,

        count(case when value_type = 'proportion' then denominator end) as denominators,
        count(distinct case when value_type = 'proportion' then denominator end)
            as different_denominators,
        cast(min(case when value_type = 'proportion' then denominator end) as bigint)
            as least_denominator,
        greatest(
            {%- for nines in [99, 999, 9999] %}
                count(
                    distinct case
                        when
                            numerator = {{ nines }}
                            or coalesce(denominator = {{ nines }}, false)
                            then indicator_id
                    end
                )
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        ) as indicators_of_nines

    from return_lines

    group by area_code, period_id, file_id

)

select * from described
