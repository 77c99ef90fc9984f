{#-
    One row per authority, mid-year and age band: the estimate beside those of the year
    before and of all other years, and beside the band that holds it whole.
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

usual as (

    -- the same band in the other years, this one left out
    select
        populations.area_code,
        populations.mid_year,
        populations.age_band,
        count(*) as other_years,
        median(counterparts.persons) as other_persons

    from populations

    inner join populations as counterparts
        on
            populations.area_code = counterparts.area_code
            and populations.age_band = counterparts.age_band
            and populations.mid_year <> counterparts.mid_year

    group by populations.area_code, populations.mid_year, populations.age_band

),

measured as (

    select
        populations.area_code,
        populations.mid_year,
        populations.age_band,
        populations.file_id,
        populations.line_number,
        cast(populations.persons as double) as persons,
        usual.other_years,
        usual.other_persons,
        coalesce(
            populations.persons < 2 * usual.other_persons
            and usual.other_persons < 2 * populations.persons,
            false
        ) as is_steady

    from populations

    left join usual
        on
            populations.area_code = usual.area_code
            and populations.mid_year = usual.mid_year
            and populations.age_band = usual.age_band

),

nested as (

    -- only within one file: two vintages need not nest
    select
        inner_bands.area_code,
        inner_bands.mid_year,
        inner_bands.age_band,
        outer_bands.age_band as outer_band,
        outer_bands.persons as outer_persons,
        inner_bands.persons - outer_bands.persons as excess,
        inner_bands.is_steady as is_inner_steady,
        outer_bands.is_steady as is_outer_steady

    from measured as inner_bands

    inner join bands
        on inner_bands.age_band = bands.age_band

    inner join measured as outer_bands
        on
            inner_bands.area_code = outer_bands.area_code
            and inner_bands.mid_year = outer_bands.mid_year
            and inner_bands.file_id = outer_bands.file_id
            and bands.outer_band = outer_bands.age_band

),

contradictions as (

    -- a band that cannot stand beside another of the file which is as in other years
    select
        area_code,
        mid_year,
        age_band,
        excess

    from nested

    where is_outer_steady

    union all

    select
        area_code,
        mid_year,
        outer_band as age_band,
        excess

    from nested

    where is_inner_steady

),

contradicted as (

    select
        area_code,
        mid_year,
        age_band,
        max(excess) as contradiction

    from contradictions

    group by area_code, mid_year, age_band

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        measured.area_code,
        cast(measured.mid_year as string) as period_id,
        measured.file_id,
        measured.line_number,

        measured.age_band,
        measured.persons,
        neighbours.persons as neighbouring_persons,
        measured.other_years,
        measured.other_persons,
        nested.outer_band,
        nested.outer_persons,

        -- by how many persons it is contradicted by a band that is as in other years
        contradicted.contradiction

    from measured

    inner join areas
        on measured.area_code = areas.area_code

    left join measured as neighbours
        on
            measured.area_code = neighbours.area_code
            and measured.age_band = neighbours.age_band
            and measured.mid_year = neighbours.mid_year + 1

    left join nested
        on
            measured.area_code = nested.area_code
            and measured.mid_year = nested.mid_year
            and measured.age_band = nested.age_band

    left join contradicted
        on
            measured.area_code = contradicted.area_code
            and measured.mid_year = contradicted.mid_year
            and measured.age_band = contradicted.age_band

)

select * from described
