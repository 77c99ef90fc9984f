{#-
    One row per indicator, definition and period: events of standing records that no
    record places in a borough. They count in the region and nowhere else.
-#}

with

indicators as (

    select
        indicators.*,
        extracts.due_days

    from {{ ref('indicators') }} as indicators

    -- what an authority sends is its own: nothing of it can be unallocated
    inner join {{ ref('extracts') }} as extracts
        on
            indicators.extract = extracts.extract
            and extracts.submitter_kind <> 'local_authority'

    where indicators.numerator_measure_id is not null

),

expected as (

    select distinct
        indicator_id,
        definition_version,
        period_id,
        period_type,
        start_date,
        end_date

    from {{ ref('int_cells__expected') }}

),

blocks as (

    select
        blocks.extract,
        blocks.submitter_code,
        periods.start_date

    from {{ ref('int_blocks') }} as blocks

    inner join {{ ref('dim_periods') }} as periods
        on blocks.period_id = periods.period_id

    -- the label of a publication may look like a year, and is none
    inner join {{ ref('extracts') }} as extracts
        on blocks.extract = extracts.extract and extracts.kind <> 'published'

    where blocks.block_status = 'reported'

),

events as (

    select
        measure_id,
        month_start_date,
        cast(events as double) as events

    from {{ ref('int_measures_unioned') }}

    where area_code = 'UNALLOCATED'

    union all

    select
        measure_id,
        month_start_date,
        events

    from {{ ref('int_gla__borough_crime_counted') }}

    where area_code = 'UNALLOCATED'

),

-- who sends for nobody to whom the indicator applies says nothing of it, not even zero
senders_out_of_scope as (

    select
        area_exceptions.indicator_id,
        senders.extract,
        senders.submitter_code

    from {{ ref('int_senders') }} as senders

    inner join {{ ref('area_exceptions') }} as area_exceptions
        on
            senders.area_code = area_exceptions.area_code
            and area_exceptions.applies = 'always'

    left join {{ ref('int_senders') }} as served
        on
            senders.extract = served.extract
            and senders.submitter_code = served.submitter_code
            and senders.area_code <> served.area_code

    where served.area_code is null

),

months_in as (

    select
        indicators.indicator_id,
        blocks.start_date

    from indicators

    inner join blocks
        on indicators.extract = blocks.extract

    left join senders_out_of_scope
        on
            indicators.indicator_id = senders_out_of_scope.indicator_id
            and blocks.extract = senders_out_of_scope.extract
            and blocks.submitter_code = senders_out_of_scope.submitter_code

    where senders_out_of_scope.indicator_id is null

    union

    select
        indicators.indicator_id,
        borough_crime.month_start_date as start_date

    from indicators

    inner join {{ ref('int_gla__borough_crime_counted') }} as borough_crime
        on indicators.numerator_measure_id = borough_crime.measure_id

    -- a month of which no figure could be read says nothing of any area
    where {{ status_is('borough_crime.part_status', 'numerator', 'divided') }}

),

periods_in as (

    select
        expected.indicator_id,
        expected.definition_version,
        expected.period_id,
        expected.start_date,
        expected.end_date,
        indicators.extract,
        indicators.numerator_measure_id,
        indicators.due_days,
        count(months_in.start_date) > 0 as is_in

    from expected

    inner join indicators
        on
            expected.indicator_id = indicators.indicator_id
            and expected.definition_version = indicators.definition_version

    left join months_in
        on
            expected.indicator_id = months_in.indicator_id
            and months_in.start_date between expected.start_date and expected.end_date

    group by
        expected.indicator_id,
        expected.definition_version,
        expected.period_id,
        expected.start_date,
        expected.end_date,
        indicators.extract,
        indicators.numerator_measure_id,
        indicators.due_days

),

summed as (

    select
        periods_in.indicator_id,
        periods_in.definition_version,
        'UNALLOCATED' as area_code,
        periods_in.period_id,

        case
            when periods_in.is_in then 'no_denominator'
            when
                periods_in.due_days is null
                or {{ is_due('periods_in.end_date', 'periods_in.due_days') }}
                then 'not_submitted'
            else 'not_due'
        end as cell_status,

        case when periods_in.is_in then periods_in.extract end as source_extract,
        case when periods_in.is_in then coalesce(sum(events.events), 0.0e0) end
            as numerator

    from periods_in

    left join events
        on
            periods_in.numerator_measure_id = events.measure_id
            and events.month_start_date
            between periods_in.start_date and periods_in.end_date

    group by
        periods_in.indicator_id,
        periods_in.definition_version,
        periods_in.period_id,
        periods_in.extract,
        periods_in.is_in,
        periods_in.due_days,
        periods_in.end_date

)

select * from summed
