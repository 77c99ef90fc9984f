{#-
    One row per cell of the mart: authorities, totals and the unallocated, one below the
    other. Nothing after this adds or takes away a cell. A figure that a quality rule
    withholds names the rule, and so does a year of which all quarters are withheld.
    A figure beside which too many records were set aside is partial, by its own sum.
-#}

with

area_cells as (

    select * from {{ ref('int_cells__areas') }}

),

totals as (

    select * from {{ ref('int_cells__totals') }}

),

unallocated as (

    select * from {{ ref('int_cells__unallocated') }}

),

withheld as (

    select * from {{ ref('int_quality__withheld_cells') }}

),

set_aside as (

    select * from {{ ref('int_cells__set_aside') }}

),

set_aside_bounds as (

    select * from {{ ref('set_aside_bounds') }}

),

extracts as (

    select * from {{ ref('extracts') }}

    where kind = 'record' or extract = 'mps_borough_crime'

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
                {{ status_is('cell_status', 'numerator', 'divided') }}
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
        area_code,
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

beside as (

    select
        cells.*,

        case
            when extracts.extract is not null
                then coalesce(set_aside.records_set_aside, 0.0e0)
        end as records_set_aside,

        case
            when extracts.extract is not null
                then coalesce(set_aside.records_placed, 0.0e0)
        end as records_placed,

        coalesce(
            set_aside.numbers_unread > 0
            or (
                set_aside.records_set_aside >= set_aside_bounds.least_records
                and set_aside.records_set_aside
                > set_aside_bounds.greatest_share * cells.numerator
            ),
            false
        ) as is_short

    from cells

    cross join set_aside_bounds

    inner join {{ ref('indicators') }} as indicators
        on
            cells.indicator_id = indicators.indicator_id
            and cells.definition_version = indicators.definition_version

    -- a figure that a return gave in place of the records has none of them beside it
    left join extracts
        on
            indicators.extract = extracts.extract
            and concat('+', cells.source_extract, '+')
            like concat('%+', extracts.extract, '+%')

    left join set_aside
        on
            extracts.extract = set_aside.extract
            and cells.indicator_id = set_aside.indicator_id
            and cells.definition_version = set_aside.definition_version
            and cells.area_code = set_aside.area_code
            and cells.period_id = set_aside.period_id

),

settled as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id,
        case
            when cells.cell_status = 'reported' and cells.is_short then 'partial'
            else cells.cell_status
        end as cell_status,
        cells.numerator,
        cells.numerator_low,
        cells.numerator_high,
        cells.denominator,
        cells.direct_value,
        cells.areas_included,
        cells.source_extract,
        cells.records_set_aside,
        cells.records_placed,
        cells.cell_status = 'reported' and cells.is_short as is_short,
        case when cells.cell_status = 'refused' then refusing_rules.rule_code end
            as refused_by_rule

    from beside as cells

    left join refusing_rules
        on
            cells.indicator_id = refusing_rules.indicator_id
            and cells.definition_version = refusing_rules.definition_version
            and cells.area_code = refusing_rules.area_code
            and cells.period_id = refusing_rules.period_id

)

select * from settled
