{#-
    One row per extract and authority: the submitter from whom the authority's figures
    are expected. A PCT may serve two authorities; each force has its own ground.
-#}

with

extracts as (

    select * from {{ ref('extracts') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

    where area_type = 'local_authority'

),

pct_areas as (

    select * from {{ ref('pct_areas') }}

),

senders as (

    select
        extracts.extract,
        areas.area_code,
        case extracts.submitter_kind
            when 'local_authority' then areas.area_code
            when 'authority_or_fixed' then areas.area_code
            when 'police' then areas.police_force_code
            when 'pct' then pct_areas.pct_code
            else extracts.fixed_submitters
        end as submitter_code,
        extracts.due_days,
        extracts.final_after_days

    from extracts

    cross join areas

    left join pct_areas
        on
            extracts.submitter_kind = 'pct'
            and areas.area_code = pct_areas.area_code

)

select * from senders
