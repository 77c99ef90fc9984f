{#- One row per comparison of the mart, with the status of the value compared. -#}

with

comparisons as (

    select * from {{ ref('fct_comparisons') }}

),

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

described as (

    select
        comparisons.indicator_id,
        comparisons.definition_version,
        comparisons.area_code,
        comparisons.period_id,
        cast(null as string) as file_id,
        cast(null as bigint) as line_number,

        indicator_values.value_status,
        comparisons.rank,
        comparisons.ranked_areas,
        comparisons.quartile,
        comparisons.trend,
        comparisons.benchmark_95,
        comparisons.change

    from comparisons

    inner join indicator_values
        on
            comparisons.indicator_id = indicator_values.indicator_id
            and comparisons.definition_version = indicator_values.definition_version
            and comparisons.area_code = indicator_values.area_code
            and comparisons.period_id = indicator_values.period_id

)

select * from described
