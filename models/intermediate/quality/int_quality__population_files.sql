{#-
    One row per standing file of populations and age band of children: for how many
    authorities it stands, and the most persons that any of them has.
-#}

with

populations as (

    select * from {{ ref('int_ons__populations_current') }}

    where age_band in ('0-15', '0-17', '0-19')

),

areas as (

    select * from {{ ref('dim_areas') }}

    where area_type = 'local_authority'

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        cast(null as string) as area_code,
        cast(populations.mid_year as string) as period_id,
        populations.file_id,
        cast(null as bigint) as line_number,

        populations.age_band,
        count(distinct populations.area_code) as authorities,
        max(populations.persons) as most_persons,
        min(populations.persons) as least_persons

    from populations

    inner join areas
        on populations.area_code = areas.area_code

    group by populations.mid_year, populations.file_id, populations.age_band

)

select * from described
