{#-
    One row per target that a sender set last, beside what the catalogue says of its
    indicator and whether a figure can ever be held against it.
-#}

with

targets as (

    select * from {{ ref('int_targets__sent') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

described as (

    select
        targets.indicator_id,
        targets.definition_version,
        targets.area_code,
        periods.period_id,
        targets.file_id,
        targets.line_number,

        targets.kind_label,
        targets.period_label,
        targets.target_value,
        targets.direction,
        targets.submitter_code,
        targets.is_contradicted,
        indicators.polarity,

        -- what is known of years says nothing of quarters
        case
            when
                indicators.plausible_basis = 'any'
                or targets.period_type <> 'quarter'
                then indicators.plausible_low
        end as lowest_plausible,
        case
            when
                indicators.plausible_basis = 'any'
                or targets.period_type <> 'quarter'
                then indicators.plausible_high
        end as highest_plausible,

        coalesce(
            {{ status_is('indicator_values.value_status', 'void') }},
            targets.end_date < {{ as_of() }}
        ) as is_never_given

    from targets

    inner join indicators
        on
            targets.indicator_id = indicators.indicator_id
            and targets.definition_version = indicators.definition_version

    left join periods
        on targets.period_id = periods.period_id

    left join indicator_values
        on
            targets.indicator_id = indicator_values.indicator_id
            and targets.definition_version = indicator_values.definition_version
            and targets.area_code = indicator_values.area_code
            and targets.period_id = indicator_values.period_id

)

select * from described
