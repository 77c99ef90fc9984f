{#-
    One row per indicator, authority and year that the DfE's publications give, with
    the numerator and, where the indicator needs one, the denominator as published. Two
    rows that claim one cell (a filter nobody mapped) refuse each other, and so does a
    part alone; parts that make a whole are added up.
-#}

with

statistics as (

    select * from {{ ref('int_dfe__statistics_current') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

marks as (

    select * from {{ ref('int_marks') }}

    where extract = 'ees_statistics'

),

read as (

    select
        statistics.*,
        marks.low,
        marks.high,

        case
            when coalesce(statistics.rows_for_cell, 1) <> 1 then 'refused'
            when statistics.record_state = 'set_aside' then 'refused'
            when statistics.statistic_value is not null then 'reported'
            when marks.value_status is not null then marks.value_status
            when statistics.is_value_set_aside then 'refused'
            else 'not_available'
        end as statistic_status

    from statistics

    left join marks
        on statistics.statistic_value_mark = marks.mark

),

-- what the rows of one half of a cell give together
halves as (

    select
        role,
        indicator_id,
        definition_version,
        area_code,
        period_id,
        min(file_id) as file_id,
        min(line_number) as line_number,
        max(line_number) as last_line_number,
        count(*) as line_count,
        case
            when count(case when statistic_status = 'refused' then 1 end) > 0
                then 'refused'
            when
                count(case when statistic_status = 'suppressed_at_source' then 1 end)
                > 0
                then 'suppressed_at_source'
            else min(statistic_status)
        end as statistic_status,
        case
            when count(case when statistic_status = 'reported' then 1 end) = count(*)
                then sum(statistic_value)
        end as statistic_value,
        sum(coalesce(statistic_value, low)) as low,
        case
            when count(coalesce(statistic_value, high)) = count(*)
                then sum(coalesce(statistic_value, high))
        end as high

    from read

    group by role, indicator_id, definition_version, area_code, period_id

),

joined as (

    select
        numerators.indicator_id,
        numerators.definition_version,
        numerators.area_code,
        numerators.period_id,
        numerators.file_id,
        numerators.line_number,
        numerators.last_line_number,
        numerators.line_count,
        denominators.file_id as denominator_file_id,
        denominators.line_number as denominator_line_number,
        denominators.last_line_number as denominator_last_line_number,
        denominators.line_count as denominator_line_count,
        numerators.statistic_status as numerator_status,
        numerators.statistic_value as numerator,
        numerators.low,
        numerators.high,
        denominators.statistic_value as denominator,

        case
            when indicators.denominator_basis <> 'sent' then 'reported'
            when denominators.statistic_status is null then 'no_denominator'
            when
                denominators.statistic_status = 'reported'
                and denominators.statistic_value <= 0
                then 'no_denominator'
            else denominators.statistic_status
        end as denominator_status

    from halves as numerators

    inner join indicators
        on
            numerators.indicator_id = indicators.indicator_id
            and numerators.definition_version = indicators.definition_version

    left join halves as denominators
        on
            numerators.indicator_id = denominators.indicator_id
            and numerators.definition_version = denominators.definition_version
            and numerators.area_code = denominators.area_code
            and numerators.period_id = denominators.period_id
            and denominators.role = 'denominator'

    where numerators.role = 'numerator'

),

judged as (

    select
        joined.*,

        case
            when numerator_status = 'refused' or denominator_status = 'refused'
                then 'refused'
            when numerator_status <> 'reported' then numerator_status
            else denominator_status
        end as cell_status

    from joined

),

cleared as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        'ees_statistics' as source_extract,
        file_id,
        line_number,
        last_line_number,
        line_count,
        denominator_file_id,
        denominator_line_number,
        denominator_last_line_number,
        denominator_line_count,
        cell_status,

        case
            when {{ status_is('cell_status', 'whole', 'numerator') }} then numerator
        end as numerator,

        -- behind a suppressed denominator the numerator is known, and is its own bound
        case
            when cell_status <> 'suppressed_at_source' then null
            when numerator_status = 'reported' then numerator
            else low
        end as numerator_low,

        case
            when cell_status <> 'suppressed_at_source' then null
            when numerator_status = 'reported' then numerator
            else high
        end as numerator_high,

        case
            when
                {{ status_is('cell_status', 'whole', 'divided') }}
                and denominator_status = 'reported'
                then denominator
        end as denominator,

        cast(null as double) as direct_value,
        0.0e0 as extra_events

    from judged

)

select * from cleared
