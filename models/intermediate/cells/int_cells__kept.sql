{#-
    One row per chosen cell, before years and totals are made of it: a figure that a
    quality rule of severity error forbids to use stands as refused, without its number,
    and names the rule.
-#}

with

chosen as (

    select * from {{ ref('int_cells__claimed') }}

),

withheld as (

    select * from {{ ref('int_quality__withheld_cells') }}

),

marked as (

    select
        chosen.*,
        withheld.rule_code as refused_by_rule

    from chosen

    left join withheld
        on
            chosen.indicator_id = withheld.indicator_id
            and chosen.definition_version = withheld.definition_version
            and chosen.area_code = withheld.area_code
            and chosen.period_id = withheld.period_id

),

kept as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        period_type,
        end_date,
        year_period_id,
        mid_year,
        source_extract,
        source_rank,

        -- of a silent sender's area only what others sent of it can be withheld
        case
            when
                refused_by_rule is not null
                and {{ status_is('cell_status', 'answer') }}
                then 'refused'
            else cell_status
        end as cell_status,

        refused_by_rule,
        case when refused_by_rule is null then extra_events else 0.0e0 end
            as extra_events,
        case when refused_by_rule is null then numerator end as numerator,
        case when refused_by_rule is null then numerator_low end as numerator_low,
        case when refused_by_rule is null then numerator_high end as numerator_high,
        case when refused_by_rule is null then denominator end as denominator,
        case when refused_by_rule is null then direct_value end as direct_value

    from marked

)

select * from kept
