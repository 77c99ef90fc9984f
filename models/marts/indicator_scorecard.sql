{{ config(materialized='view', contract={'enforced': false}) }}

{#-
    One row per value, with all that a reader needs beside it: what is counted, where,
    when, how sure we are, how it compares, why it is empty where it is, and how many
    flags of the quality rules are open on it.
-#}

with

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

comparisons as (

    select * from {{ ref('fct_comparisons') }}

),

coverage as (

    select * from {{ ref('fct_coverage') }}

),

value_statuses as (

    select * from {{ ref('dim_value_statuses') }}

),

targets as (

    select * from {{ ref('fct_targets') }}

    where is_first_kind

),

about as (

    select * from {{ ref('dim_about') }}

),

quality_flags as (
    {%- if target.type == 'duckdb' %}

        select * from {{ ref('fct_quality_flags') }}

        where state <> 'resolved' and indicator_id is not null
    {%- else %}

        -- without Python models no rule is judged, and nothing is flagged
        select
            indicator_id,
            definition_version,
            area_code,
            period_id,
            cast(null as string) as severity

        from indicator_values

        where false
    {%- endif %}

),

flags as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        count(*) as open_flags,
        max(case severity
            when 'error' then 3
            when 'warning' then 2
            else 1
        end) as gravity

    from quality_flags

    group by indicator_id, definition_version, area_code, period_id

),

described as (

    select
        indicator_values.*,
        indicators.title,
        indicators.short_title,
        indicators.theme,
        indicators.numerator_text,
        indicators.denominator_text,
        indicators.unit,
        indicators.value_type,
        indicators.polarity,
        indicators.is_current,
        indicators.is_context,
        indicators.decision_status,
        indicators.definition_status,
        indicators.provenance,
        areas.area_name,
        areas.area_type,
        periods.period_label,
        periods.period_type,
        periods.start_date,
        periods.end_date,
        indicator_values.value_status = 'reported' as is_whole,
        {{ can_be_compared('areas', 'indicator_values') }} as is_comparable,
        areas.area_type = 'local_authority'
        and not {{ status_is('indicator_values.value_status', 'void') }} as is_awaited

    from indicator_values

    inner join indicators
        on
            indicator_values.indicator_id = indicators.indicator_id
            and indicator_values.definition_version = indicators.definition_version

    inner join areas
        on indicator_values.area_code = areas.area_code

    inner join periods
        on indicator_values.period_id = periods.period_id

),

-- periods in which enough of the authorities can be compared, the latest first; of two
-- that end on one day, as a quarter and its year, the longer
periods_compared as (

    select
        indicator_id,
        definition_version,
        period_id,
        row_number() over (
            partition by indicator_id order by end_date desc, start_date asc
        ) as recency

    from described

    where is_current

    group by indicator_id, definition_version, period_id, start_date, end_date

    having
        {{ is_enough(
            'sum(case when is_comparable then 1 else 0 end)',
            'sum(case when is_awaited then 1 else 0 end)'
        ) }}

),

latest_periods as (

    select * from periods_compared

    where recency = 1

),

scorecard as (

    select
        described.indicator_id,
        described.definition_version,
        described.title,
        described.short_title,
        described.theme,
        described.area_code,
        described.area_name,
        described.area_type,
        described.period_id,
        described.period_label,
        described.period_type,
        described.start_date,
        described.end_date,

        described.numerator,
        described.numerator_text,
        described.denominator,
        described.denominator_text,
        described.indicator_value,
        described.lower_limit,
        described.upper_limit,
        described.interval_method,
        described.unit,
        case
            when described.value_type = 'rate' and described.period_type = 'quarter'
                then concat(described.unit, ' per quarter')
            else described.unit
        end as unit_of_period,
        described.value_type,
        described.polarity,

        described.value_status,
        value_statuses.status_label,
        value_statuses.gss_symbol,
        described.numerator_low,
        described.numerator_high,
        described.areas_included,
        described.is_whole,
        described.is_comparable,
        latest_periods.period_id is not null as is_latest_period,
        described.is_provisional,
        described.source_extract,

        comparisons.london_value,
        comparisons.london_basis,
        comparisons.london_areas,
        comparisons.london_missing,
        comparisons.inner_outer_value,
        comparisons.neighbours_value,
        comparisons.neighbours_with_data,
        comparisons.quartile,
        comparisons.rank,
        comparisons.ranked_areas,
        comparisons.benchmark_95,
        comparisons.benchmark_998,
        comparisons.funnel_position,
        comparisons.previous_value,
        comparisons.change,
        comparisons.change_reason,
        comparisons.change_lower_limit,
        comparisons.change_upper_limit,
        comparisons.change_alone,
        comparisons.change_alone_reason,
        comparisons.change_among_all,
        comparisons.trend,
        comparisons.trend_among_all,

        targets.target_value,
        targets.direction as target_direction,
        targets.kind_label as target_kind,
        targets.gap as target_gap,
        targets.target_standing,
        targets.standing_reason as target_reason,

        coverage.due_date,
        coverage.received_date,
        coverage.coverage_status,

        cast(coalesce(flags.open_flags, 0) as bigint) as open_flags,
        case flags.gravity
            when 3 then 'error'
            when 2 then 'warning'
            when 1 then 'notice'
        end as worst_severity,
        described.refused_by_rule,

        described.is_current,
        described.is_context,
        described.decision_status,
        described.definition_status,
        described.provenance,
        about.is_synthetic

    from described

    inner join value_statuses
        on described.value_status = value_statuses.value_status

    inner join comparisons
        on
            described.indicator_id = comparisons.indicator_id
            and described.definition_version = comparisons.definition_version
            and described.area_code = comparisons.area_code
            and described.period_id = comparisons.period_id

    left join latest_periods
        on
            described.indicator_id = latest_periods.indicator_id
            and described.definition_version = latest_periods.definition_version
            and described.period_id = latest_periods.period_id

    left join targets
        on
            described.indicator_id = targets.indicator_id
            and described.definition_version = targets.definition_version
            and described.area_code = targets.area_code
            and described.period_id = targets.period_id

    left join coverage
        on
            described.indicator_id = coverage.indicator_id
            and described.definition_version = coverage.definition_version
            and described.area_code = coverage.area_code
            and described.period_id = coverage.period_id

    left join flags
        on
            described.indicator_id = flags.indicator_id
            and described.definition_version = flags.definition_version
            and described.area_code = flags.area_code
            and described.period_id = flags.period_id

    -- last, for DuckDB stores a cross join as a comma, which binds loosest
    cross join about

)

select * from scorecard
