-- Findings, but for those about a hidden cell and what a hidden one is near.
with

linked as (

    select
        first_indicator_id as one,
        second_indicator_id as other

    from mart.dim_disclosure_links

    union

    select
        second_indicator_id as one,
        first_indicator_id as other

    from mart.dim_disclosure_links

    union

    select
        indicator_id as one,
        indicator_id as other

    from mart.dim_indicators

),

near as (

    select
        linked.one as indicator_id,
        hidden.area_code

    from hidden

    inner join linked on hidden.indicator_id = linked.other

)

select flags.*

from mart.fct_quality_flags as flags

where
    not exists (
        select 1 from hidden
        where
            hidden.indicator_id = flags.indicator_id
            and hidden.definition_version = flags.definition_version
            and hidden.area_code = flags.area_code
            and hidden.period_id = flags.period_id
    )
    and not (
        ${is_about_figures}
        and exists (
            select 1 from near
            where
                near.indicator_id = flags.indicator_id
                and near.area_code = flags.area_code
        )
    )
    and (
        coalesce(${suite} || '/' || flags.rule_code = any($arrivals), false)
        or not (${is_about_files} or coalesce(flags.state = 'resolved', false))
    )
