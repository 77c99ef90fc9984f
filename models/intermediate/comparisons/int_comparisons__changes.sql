{#-
    One row per value: what it grew by since its previous period, the interval of that
    difference, and whether it moved: taken alone, and as one of all the figures that a
    page looks at. What is not tested says why (docs/decisions/0029).

    A page shows the indicators of one area or the areas of one indicator, and asks of
    each figure three things: how it stands against the region, whether it moved, and
    whether it has a trend. So many tests share the false alarms of a page.
-#}

with

comparable as (

    select * from {{ ref('int_comparisons__values') }}

),

indicators as (

    select count(distinct indicator_id) as indicators from {{ ref('dim_indicators') }}

),

areas as (

    select count(*) as areas from {{ ref('dim_areas') }}

),

families as (

    select cast(3 * greatest(indicators.indicators, areas.areas) as bigint) as looked_at

    from indicators

    cross join areas

),

levels as (

    select
        looked_at,
        {{ normal_deviate(var('false_alarms') ~ ' / looked_at / 2') }}
            as deviates_among_all

    from families

),

reasoned as (

    select
        comparable.*,
        case
            when is_unallocated then 'unallocated'
            when value_status <> 'reported' then 'value_not_reported'
            when indicator_value is null then 'no_value'
            else previous_reason
        end as change_reason

    from comparable

),

grown as (

    select
        reasoned.*,
        case when change_reason is null then previous_value_known end as previous_value,
        case when change_reason is null then indicator_value - previous_value_known end
            as change,
        case
            when change_reason is null
                then {{ difference_lower(
                    'indicator_value', 'lower_limit',
                    'previous_value_known', 'previous_upper_limit'
                ) }}
        end as change_lower_limit,
        case
            when change_reason is null
                then {{ difference_upper(
                    'indicator_value', 'upper_limit',
                    'previous_value_known', 'previous_lower_limit'
                ) }}
        end as change_upper_limit,
        case
            when change_reason is null
                then {{ difference_lower(
                    'indicator_value', 'lower_limit_998',
                    'previous_value_known', 'previous_upper_limit_998'
                ) }}
        end as change_lower_limit_998,
        case
            when change_reason is null
                then {{ difference_upper(
                    'indicator_value', 'upper_limit_998',
                    'previous_value_known', 'previous_lower_limit_998'
                ) }}
        end as change_upper_limit_998

    from reasoned

),

measured as (

    select
        grown.*,
        {{ change_word('change_lower_limit', 'change_upper_limit') }} as change_alone,
        {{ difference_deviates(
            'change', 'change_lower_limit_998', 'change_upper_limit_998', var('z_998')
        ) }} as change_deviates

    from grown

),

tested as (

    select
        measured.indicator_id,
        measured.definition_version,
        measured.area_code,
        measured.period_id,
        measured.previous_value,
        measured.change,
        measured.change_reason,
        measured.change_lower_limit,
        measured.change_upper_limit,
        measured.change_alone,
        coalesce(
            measured.change_reason,
            case when measured.change_alone is null then 'no_limits' end
        ) as change_alone_reason,
        case
            when measured.change_alone is null then null
            when measured.interval_method in ('wilson', 'wilson_approximate')
                then 'newcombe'
            else 'zou_donner'
        end as change_method,
        measured.change_deviates,
        {{ change_word(
            'measured.change_deviates - levels.deviates_among_all',
            'measured.change_deviates + levels.deviates_among_all'
        ) }} as change_among_all,
        levels.looked_at,
        levels.deviates_among_all

    from measured

    cross join levels

)

select * from tested
