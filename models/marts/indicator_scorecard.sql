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
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.area_code,
        indicator_values.period_id,
        indicators.is_current,
        periods.start_date,
        periods.end_date,
        indicator_values.value_status = 'reported' as is_whole,
        areas.area_type = 'local_authority'
        and indicator_values.value_status = 'reported'
        and indicator_values.indicator_value is not null as is_comparable,
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

-- periods in which at least half of the authorities can be compared, the latest first;
-- of two that end on one day, as a quarter and its year, the longer
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
        2 * sum(case when is_comparable then 1 else 0 end)
        >= sum(case when is_awaited then 1 else 0 end)
        and sum(case when is_comparable then 1 else 0 end) > 0

),

latest_periods as (

    select * from periods_compared

    where recency = 1

),

scorecard as (

    select
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicators.title,
        indicators.theme,
        indicator_values.area_code,
        areas.area_name,
        areas.area_type,
        indicator_values.period_id,
        periods.period_label,
        periods.period_type,
        periods.start_date,
        periods.end_date,

        indicator_values.numerator,
        indicator_values.denominator,
        indicator_values.indicator_value,
        indicator_values.lower_limit,
        indicator_values.upper_limit,
        indicator_values.interval_method,
        indicators.unit,
        case
            when indicators.value_type = 'rate' and periods.period_type = 'quarter'
                then concat(indicators.unit, ' per quarter')
            else indicators.unit
        end as unit_of_period,
        indicators.value_type,
        indicators.polarity,

        indicator_values.value_status,
        value_statuses.status_label,
        value_statuses.gss_symbol,
        indicator_values.numerator_low,
        indicator_values.numerator_high,
        indicator_values.areas_included,
        described.is_whole,
        described.is_comparable,
        latest_periods.period_id is not null as is_latest_period,
        indicator_values.is_provisional,
        indicator_values.source_extract,

        comparisons.london_value,
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
        comparisons.trend,

        coverage.due_date,
        coverage.received_date,
        coverage.coverage_status,

        cast(coalesce(flags.open_flags, 0) as bigint) as open_flags,
        case flags.gravity
            when 3 then 'error'
            when 2 then 'warning'
            when 1 then 'notice'
        end as worst_severity,
        indicator_values.refused_by_rule,

        indicators.is_current,
        indicators.is_context,
        indicators.decision_status,
        indicators.definition_status,
        indicators.provenance,
        about.is_synthetic

    from indicator_values

    inner join indicators
        on
            indicator_values.indicator_id = indicators.indicator_id
            and indicator_values.definition_version = indicators.definition_version

    inner join areas
        on indicator_values.area_code = areas.area_code

    inner join periods
        on indicator_values.period_id = periods.period_id

    inner join value_statuses
        on indicator_values.value_status = value_statuses.value_status

    inner join comparisons
        on
            indicator_values.indicator_id = comparisons.indicator_id
            and indicator_values.definition_version = comparisons.definition_version
            and indicator_values.area_code = comparisons.area_code
            and indicator_values.period_id = comparisons.period_id

    inner join described
        on
            indicator_values.indicator_id = described.indicator_id
            and indicator_values.definition_version = described.definition_version
            and indicator_values.area_code = described.area_code
            and indicator_values.period_id = described.period_id

    left join latest_periods
        on
            indicator_values.indicator_id = latest_periods.indicator_id
            and indicator_values.definition_version = latest_periods.definition_version
            and indicator_values.period_id = latest_periods.period_id

    left join coverage
        on
            indicator_values.indicator_id = coverage.indicator_id
            and indicator_values.definition_version = coverage.definition_version
            and indicator_values.area_code = coverage.area_code
            and indicator_values.period_id = coverage.period_id

    left join flags
        on
            indicator_values.indicator_id = flags.indicator_id
            and indicator_values.definition_version = flags.definition_version
            and indicator_values.area_code = flags.area_code
            and indicator_values.period_id = flags.period_id

    -- last, for DuckDB stores a cross join as a comma, which binds loosest
    cross join about

)

select * from scorecard
