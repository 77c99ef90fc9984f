{#-
    One row per area and area in which what happens there counts: itself, and the totals
    above it. What no record places in a borough counts in the region alone.
-#}

with

areas as (

    select * from {{ ref('dim_areas') }}

),

wholes as (

    select
        area_code,
        area_code as whole_area_code,
        'itself' as part_kind

    from areas

    union all

    select
        area_code,
        parent_area_code as whole_area_code,
        'area' as part_kind

    from areas

    where area_type in ('local_authority', 'unallocated')

    union all

    select
        area_code,
        region_area_code as whole_area_code,
        'area' as part_kind

    from areas

    where area_type = 'local_authority'

)

select * from wholes
