{#-
    One row per area: the 33 authorities, Inner and Outer London, London, and
    UNALLOCATED for events that no record places in a borough.
-#}

with

areas as (

    select * from {{ ref('areas') }}

),

described as (

    select
        areas.area_code,
        areas.area_name,
        areas.official_name,
        areas.area_type,
        areas.parent_code as parent_area_code,
        case when areas.area_type = 'local_authority' then 'E12000007' end
            as region_area_code,
        areas.ons_inner_outer,
        areas.statutory_inner_outer,
        cast(areas.dfe_code as string) as dfe_code,
        areas.old_ons_code,
        areas.pct_code,
        areas.police_force_code,
        areas.bocu_code,
        areas.yot_area_code,
        cast(areas.sort_order as bigint) as sort_order

    from areas

)

select * from described
