{#-
    One row per statistic, filters, authority and period of the DfE's publications, from
    the latest file that holds the statistic for the period, with its period as the mart
    writes it. Only statistics that a seed maps to something are kept.
-#}

with

statistics as (

    select * from {{ ref('stg_dfe__statistics') }}

),

blocks as (

    select * from {{ ref('int_blocks') }}

    where extract = 'ees_statistics'

),

statistic_columns as (

    select * from {{ ref('statistic_columns') }}

),

mapped as (

    select
        statistics.file_id,
        statistics.line_number,
        statistics.area_code,
        statistics.statistic,
        statistics.statistic_value,
        statistics.statistic_value_mark,
        statistics.record_state,
        concat(',', statistics.values_set_aside, ',')
        like concat('%,', statistics.statistic, ',%') as is_value_set_aside,
        blocks.received_at,
        blocks.period_id as file_label,
        statistic_columns.role,
        statistic_columns.indicator_id,
        statistic_columns.definition_version,
        statistic_columns.age_band,
        statistics.filters,
        cast(statistics.time_period as bigint) as publication_year,

        case statistic_columns.period_rule
            when 'year_ending_march'
                then concat(
                    cast(cast(statistics.time_period as bigint) - 1 as string),
                    '-',
                    lpad(
                        cast(cast(statistics.time_period as bigint) % 100 as string),
                        2, '0'
                    )
                )
            when 'mid_year' then statistics.time_period
        end as period_id

    from statistics

    inner join blocks
        on statistics.file_id = blocks.file_id

    inner join statistic_columns
        on
            statistics.statistic = statistic_columns.statistic
            and lower(statistics.time_identifier)
            = lower(statistic_columns.time_identifier)
            and (
                statistic_columns.filters is null
                or concat(';', lower(statistics.filters), ';')
                like concat('%;', lower(statistic_columns.filters), ';%')
            )

    where {{ matches('statistics.time_period', '[0-9]{4}') }}

),

ranked as (

    select
        mapped.*,
        dense_rank() over (
            partition by statistic, role, indicator_id, age_band, period_id
            order by received_at desc, file_label desc, file_id asc
        ) as recency

    from mapped

),

current_rows as (

    select
        ranked.*,
        count(*) over (
            partition by
                statistic, role, indicator_id, age_band, period_id, area_code
        ) as rows_for_cell

    from ranked

    where recency = 1

)

select * from current_rows
