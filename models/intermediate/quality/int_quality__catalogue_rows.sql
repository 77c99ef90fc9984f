{#-
    One row per reference seed and indicator that it names, with whether the catalogue
    holds it: a row of another indicator has no effect.
-#}

with

indicators as (

    select distinct indicator_id from {{ ref('indicators') }}

),

named as (

    select distinct
        'area_exceptions' as seed_name,
        indicator_id
    from {{ ref('area_exceptions') }}

    union all

    select distinct
        'indicator_breaks' as seed_name,
        indicator_id
    from {{ ref('indicator_breaks') }}

    union all

    select distinct
        'statistic_columns' as seed_name,
        indicator_id
    from {{ ref('statistic_columns') }}

    where indicator_id is not null

    union all

    select distinct
        'survey_responses' as seed_name,
        indicator_id
    from {{ ref('survey_responses') }}

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        cast(null as string) as area_code,
        cast(null as string) as period_id,
        cast(null as string) as file_id,
        cast(null as bigint) as line_number,

        named.seed_name,
        named.indicator_id as named_indicator_id,
        indicators.indicator_id is not null as is_in_catalogue

    from named

    left join indicators
        on named.indicator_id = indicators.indicator_id

)

select * from described
