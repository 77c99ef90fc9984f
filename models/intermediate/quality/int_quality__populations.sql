{#-
    One row per authority, mid-year and age band: the estimate beside that of the
    neighbouring year, and beside the band that holds it whole.
-#}

with

populations as (

    select * from {{ ref('int_ons__populations_current') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

    where area_type = 'local_authority'

),

bands as (

    -- which band holds which, of those that the extract knows
    select
        '0-15' as age_band,
        '0-17' as outer_band

    union all

    select
        '5-15' as age_band,
        '0-15' as outer_band

    union all

    select
        '10-17' as age_band,
        '0-17' as outer_band

    union all

    select
        '14-17' as age_band,
        '10-17' as outer_band

    union all

    select
        '0-17' as age_band,
        '0-19' as outer_band

    union all

    select
        '0-19' as age_band,
        'all' as outer_band

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        populations.area_code,
        cast(populations.mid_year as string) as period_id,
        populations.file_id,
        populations.line_number,

        populations.age_band,
        populations.persons,
        neighbours.persons as neighbouring_persons,
        outer_bands.age_band as outer_band,
        outer_bands.persons as outer_persons

    from populations

    inner join areas
        on populations.area_code = areas.area_code

    left join populations as neighbours
        on
            populations.area_code = neighbours.area_code
            and populations.age_band = neighbours.age_band
            and populations.mid_year = neighbours.mid_year + 1

    left join bands
        on populations.age_band = bands.age_band

    left join populations as outer_bands
        on
            populations.area_code = outer_bands.area_code
            and populations.mid_year = outer_bands.mid_year
            and bands.outer_band = outer_bands.age_band

)

select * from described
