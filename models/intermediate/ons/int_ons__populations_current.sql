{#-
    One row per authority, mid-year and age band: the population that rates are taken
    of. A band that the ONS sent as such comes first, then the sum of its single years
    of age where all of them are there, then what a DfE publication prints. Populations
    add over areas, never over quarters.
-#}

with

sent as (

    select * from {{ ref('int_ons__populations_sent') }}

),

age_bands as (

    select * from {{ ref('age_bands') }}

),

summed as (

    select
        sent.area_code,
        sent.mid_year,
        age_bands.age_band,
        sum(sent.persons) as persons,
        min(sent.vintage) as vintage,
        sent.file_id,
        min(sent.line_number) as line_number,
        max(sent.line_number) as last_line,
        count(*) as line_count,
        sent.source_extract

    from sent

    inner join age_bands
        on sent.single_age between age_bands.first_age and age_bands.last_age

    group by
        sent.area_code,
        sent.mid_year,
        age_bands.age_band,
        age_bands.first_age,
        age_bands.last_age,
        sent.file_id,
        sent.source_extract

    having count(*) = age_bands.last_age - age_bands.first_age + 1

),

candidates as (

    select
        area_code,
        mid_year,
        age_band,
        persons,
        vintage,
        file_id,
        line_number,
        line_number as last_line,
        1 as line_count,
        source_extract,
        source_rank

    from sent

    union all

    select
        area_code,
        mid_year,
        age_band,
        persons,
        vintage,
        file_id,
        line_number,
        last_line,
        line_count,
        source_extract,
        2 as source_rank

    from summed

),

ranked as (

    select
        candidates.*,
        row_number() over (
            partition by area_code, mid_year, age_band
            order by source_rank
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
        last_line,
        cast(line_count as bigint) as line_count,
        source_extract

    from ranked

    where preference = 1

)

select * from chosen
