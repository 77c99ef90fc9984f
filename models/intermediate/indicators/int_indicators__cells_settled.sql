{#-
    One row per cell of the mart: authorities, totals and the unallocated, one below the
    other. Nothing after this adds or takes away a cell. A figure that a quality rule
    withholds names the rule, and so does a year of which all quarters are withheld.
-#}

with

area_cells as (

    select * from {{ ref('int_indicators__area_cells') }}

),

totals as (

    select * from {{ ref('int_indicators__totals') }}

),

unallocated as (

    select * from {{ ref('int_indicators__unallocated') }}

),

withheld as (

    select * from {{ ref('int_quality__withheld_cells') }}

),

refusals as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        rule_code

    from withheld

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        year_period_id as period_id,
        rule_code

    from withheld

),

refusing_rules as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        min(rule_code) as rule_code

    from refusals

    group by indicator_id, definition_version, area_code, period_id

),

cells as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        direct_value,
        case
            when
                cell_status in ('reported', 'partial')
                and coalesce(numerator, direct_value) is not null
                then 1
            else 0
        end as areas_included,
        source_extract

    from area_cells

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        cast(null as double) as direct_value,
        areas_included,
        source_extract

    from totals

    union all

    select
        indicator_id,
        definition_version,
        'UNALLOCATED' as area_code,
        period_id,
        cell_status,
        numerator,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        cast(null as double) as denominator,
        cast(null as double) as direct_value,
        0 as areas_included,
        source_extract

    from unallocated

),

settled as (

    select
        cells.*,
        case when cells.cell_status = 'refused' then refusing_rules.rule_code end
            as refused_by_rule

    from cells

    left join refusing_rules
        on
            cells.indicator_id = refusing_rules.indicator_id
            and cells.definition_version = refusing_rules.definition_version
            and cells.area_code = refusing_rules.area_code
            and cells.period_id = refusing_rules.period_id

)

select * from settled
