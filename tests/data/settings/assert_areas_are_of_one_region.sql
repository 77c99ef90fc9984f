-- One region, parts of it with a word each, and authorities that lie in the parts.
with areas as (

    select * from {{ ref('areas') }}

),

authorities as (

    select
        areas.area_code,
        areas.parent_code,
        areas.ons_inner_outer,
        parts.area_type as parent_type,
        regions.area_type as region_type

    from areas

    left join areas as parts
        on areas.parent_code = parts.area_code

    left join areas as regions
        on parts.parent_code = regions.area_code

    where areas.area_type = 'local_authority'

)

select
    'no authority of a part of the region' as wrong,
    area_code as about

from authorities

where
    coalesce(parent_type, 'none') <> 'sub_region'
    or coalesce(region_type, 'none') <> 'region'

union all

select
    'a word of two parts' as wrong,
    ons_inner_outer as about

from authorities

group by ons_inner_outer

having count(distinct parent_code) <> 1

union all

select
    'a part with two words' as wrong,
    parent_code as about

from authorities

group by parent_code

having count(distinct ons_inner_outer) <> 1

union all

select
    'not one region' as wrong,
    cast(count(*) as string) as about

from areas

where area_type = 'region'

having count(*) <> 1
