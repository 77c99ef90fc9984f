{#-
    One row per statistic, filters, authority and period of every standing publication of
    the DfE, with its period as the mart writes it, ranked: of the files that hold the
    statistic for the authority and period the one received last comes first (then the
    higher version, then the name). Only statistics that a seed maps are kept.
-#}

with

statistics as (

    select * from {{ ref('stg_dfe__statistics') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

    where extract = 'ees_statistics' and submission_status = 'accepted'

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
        submissions.received_at,
        submissions.version,
        submissions.period_id as file_label,
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

    inner join submissions
        on statistics.file_id = submissions.file_id

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
            partition by
                statistic, role, indicator_id, age_band, period_id, area_code
            order by received_at desc, version desc, file_label desc, file_id asc
        ) as recency

    from mapped

)

select * from ranked
