{#-
    One row per authority, mid-year and age band: the population that rates are taken
    of. The ONS extract comes first; a population that a DfE publication prints fills
    what it does not hold. Populations add over areas, never over quarters.
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

candidates as (

    select
        populations.area_code,
        cast(blocks.period_id as bigint) as mid_year,
        populations.age_band,
        populations.persons,
        populations.vintage,
        populations.file_id,
        populations.line_number,
        'population' as source_extract,
        1 as source_rank

    from populations

    inner join blocks
        on populations.file_id = blocks.file_id

    union all

    select
        area_code,
        publication_year as mid_year,
        age_band,
        statistic_value as persons,
        cast(null as string) as vintage,
        file_id,
        line_number,
        'ees_statistics' as source_extract,
        2 as source_rank

    from statistics

),

ranked as (

    select
        candidates.*,
        row_number() over (
            partition by area_code, mid_year, age_band
            order by source_rank, file_id, line_number
        ) as preference

    from candidates

),

chosen as (

    select
        area_code,
        mid_year,
        age_band,
        persons,
        vintage,
        file_id,
        line_number,
        source_extract

    from ranked

    where preference = 1

)

select * from chosen
