{#-
    One row per standing return: how many of its proportions have a denominator, how many
    different ones there are, and the least of them.
-#}

with

return_lines as (

    select * from {{ ref('int_quality__return_lines') }}

    where value_type = 'proportion' and denominator is not null

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        area_code,
        period_id,
        file_id,
        cast(null as bigint) as line_number,

        count(*) as denominators,
        count(distinct denominator) as different_denominators,
        cast(min(denominator) as bigint) as least_denominator

    from return_lines

    group by area_code, period_id, file_id

)

select * from described
