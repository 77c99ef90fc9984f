{#-
    One row per area: the authorities, the region and its parts, and UNALLOCATED for
    events that no record places in a borough.
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
        case when areas.area_type = 'local_authority' then parts.parent_code end
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

    left join areas as parts
        on areas.parent_code = parts.area_code

)

select * from described
