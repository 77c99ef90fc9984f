{#-
    One row per authority, mid-year and age band as somebody sent it, single years of age
    included, each written without leading zeros. The ONS extract comes first; a
    population that a DfE publication prints fills what it does not hold.
-#}

with

populations as (

    select * from {{ ref('stg_ons__populations') }}

    where record_state = 'accepted'

),

blocks as (

    select * from {{ ref('int_blocks') }}

    where extract = 'population'

),

statistics as (

    select * from {{ ref('int_dfe__statistics_current') }}

    where role = 'population' and rows_for_cell = 1 and statistic_value is not null

),

aged as (

    select
        populations.*,
        case
            when {{ matches('age_band', '[0-9]+') }} then cast(age_band as bigint)
        end as single_age

    from populations

),

candidates as (

    select
        aged.area_code,
        cast(blocks.period_id as bigint) as mid_year,
        coalesce(cast(aged.single_age as string), aged.age_band) as age_band,
        aged.single_age,
        aged.persons,
        aged.vintage,
        aged.file_id,
        aged.line_number,
        'population' as source_extract,
        1 as source_rank

    from aged

    inner join blocks
        on aged.file_id = blocks.file_id

    union all

    select
        area_code,
        publication_year as mid_year,
        age_band,
        cast(null as bigint) as single_age,
        statistic_value as persons,
        cast(null as string) as vintage,
        file_id,
        line_number,
        'ees_statistics' as source_extract,
        3 as source_rank

    from statistics

),

ranked as (

    select
        candidates.*,
        row_number() over (
            partition by area_code, mid_year, age_band, source_rank
            order by file_id, line_number
        ) as preference

    from candidates

),

sent as (

    select
        area_code,
        mid_year,
        age_band,
        single_age,
        persons,
        vintage,
        file_id,
        line_number,
        source_extract,
        source_rank

    from ranked

    where preference = 1

)

select * from sent
