{#-
    One row per indicator, area, period that a source gives, source and file: how many
    lines of the file gave the numerator and the denominator, and between which lines
    they stand. Months of a police file stand under the quarter they belong to.
-#}

with

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

measures as (

    select
        measure_id,
        area_code,
        file_id,
        month_start_date,
        line_count,
        first_line,
        last_line

    from {{ ref('int_measures_unioned') }}

    union all

    select
        measure_id,
        area_code,
        file_id,
        month_start_date,
        line_count,
        first_line,
        last_line

    from {{ ref('int_gla__borough_crime_counted') }}

    where line_count > 0

),

event_lines as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        measures.area_code,
        periods.period_id,
        indicators.extract as source_extract,
        measures.file_id,
        sum(measures.line_count) as numerator_lines,
        0 as denominator_lines,
        min(measures.first_line) as first_line,
        max(measures.last_line) as last_line

    from measures

    inner join indicators
        on measures.measure_id = indicators.numerator_measure_id

    inner join periods
        on
            periods.period_type = 'quarter'
            and measures.month_start_date
            between periods.start_date and periods.end_date

    group by
        indicators.indicator_id,
        indicators.definition_version,
        measures.area_code,
        periods.period_id,
        indicators.extract,
        measures.file_id

),

return_lines as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        file_id,
        1 as numerator_lines,
        case when denominator is not null then 1 else 0 end as denominator_lines,
        line_number as first_line,
        line_number as last_line

    from {{ ref('int_claims__returns') }}

),

statistic_lines as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        file_id,
        line_count as numerator_lines,
        case when denominator_file_id = file_id then denominator_line_count else 0 end
            as denominator_lines,
        line_number as first_line,
        last_line_number as last_line

    from {{ ref('int_claims__statistics') }}

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        denominator_file_id as file_id,
        0 as numerator_lines,
        denominator_line_count as denominator_lines,
        denominator_line_number as first_line,
        denominator_last_line_number as last_line

    from {{ ref('int_claims__statistics') }}

    where denominator_file_id <> file_id

),

survey_lines as (

    select
        survey_responses.indicator_id,
        survey_responses.definition_version,
        answers.area_code,
        blocks.period_id,
        'tellus_survey' as source_extract,
        answers.file_id,
        count(*) as numerator_lines,
        count(*) as denominator_lines,
        min(answers.line_number) as first_line,
        max(answers.line_number) as last_line

    from {{ ref('stg_tellus__answers') }} as answers

    inner join {{ ref('int_blocks') }} as blocks
        on answers.file_id = blocks.file_id

    inner join {{ ref('survey_responses') }} as survey_responses
        on
            answers.question_id = survey_responses.question_id
            and answers.response = survey_responses.response

    group by
        survey_responses.indicator_id,
        survey_responses.definition_version,
        answers.area_code,
        blocks.period_id,
        answers.file_id

),

event_parts as (

    select * from {{ ref('int_claims__event_parts') }}

    where cell_status = 'reported' and source_extract <> 'mps_borough_crime'

),

-- a zero rests on the file that held no such event, and so cites it
zero_lines as (

    select distinct
        event_parts.indicator_id,
        event_parts.definition_version,
        areas.area_code,
        event_parts.period_id,
        event_parts.source_extract,
        blocks.file_id,
        0 as numerator_lines,
        0 as denominator_lines,
        cast(null as bigint) as first_line,
        cast(null as bigint) as last_line

    from event_parts

    inner join {{ ref('int_senders') }} as senders
        on
            event_parts.source_extract = senders.extract
            and event_parts.area_code = senders.area_code

    inner join {{ ref('int_blocks') }} as blocks
        on
            senders.extract = blocks.extract
            and senders.submitter_code = blocks.submitter_code
            and event_parts.part_period_id = blocks.period_id

    inner join {{ ref('dim_areas') }} as areas
        on
            event_parts.area_code = areas.area_code
            or areas.area_code = 'UNALLOCATED'

),

-- published crime without a row for what is no borough holds none of it
crime_zero_lines as (

    select distinct
        event_lines.indicator_id,
        event_lines.definition_version,
        'UNALLOCATED' as area_code,
        event_lines.period_id,
        event_lines.source_extract,
        event_lines.file_id,
        0 as numerator_lines,
        0 as denominator_lines,
        cast(null as bigint) as first_line,
        cast(null as bigint) as last_line

    from event_lines

    where event_lines.source_extract = 'mps_borough_crime'

),

-- who serves no authority here may still be all that is in: then nothing is unallocated
elsewhere_zero_lines as (

    select distinct
        indicators.indicator_id,
        indicators.definition_version,
        'UNALLOCATED' as area_code,
        blocks.period_id,
        indicators.extract as source_extract,
        blocks.file_id,
        0 as numerator_lines,
        0 as denominator_lines,
        cast(null as bigint) as first_line,
        cast(null as bigint) as last_line

    from {{ ref('int_blocks') }} as blocks

    inner join indicators
        on
            blocks.extract = indicators.extract
            and indicators.numerator_measure_id is not null

    inner join {{ ref('extracts') }} as extracts
        on
            blocks.extract = extracts.extract
            and extracts.submitter_kind = 'pct'

    inner join periods
        on
            blocks.period_id = periods.period_id
            and periods.period_type = 'quarter'

    left join {{ ref('int_senders') }} as senders
        on
            blocks.extract = senders.extract
            and blocks.submitter_code = senders.submitter_code

    where blocks.block_status = 'reported' and senders.submitter_code is null

),

counted_lines as (

    select * from event_lines

    union all

    select * from zero_lines

    union all

    select * from elsewhere_zero_lines

    union all

    select * from crime_zero_lines

),

extract_lines as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        file_id,
        sum(numerator_lines) as numerator_lines,
        sum(denominator_lines) as denominator_lines,
        min(first_line) as first_line,
        max(last_line) as last_line

    from counted_lines

    group by
        indicator_id,
        definition_version,
        area_code,
        period_id,
        source_extract,
        file_id

),

lines as (

    select * from extract_lines

    union all

    select * from return_lines

    union all

    select * from statistic_lines

    union all

    select * from survey_lines

)

select * from lines
