{#-
    One row per cell the catalogue expects and block it waits for: the part-periods of
    the indicator's own extract, or the return of the period. A year made of quarters
    waits for the blocks of all four.
-#}

with

cells as (

    select * from {{ ref('int_cells__expected') }}

    where not is_exception and not is_undefined

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

extracts as (

    select * from {{ ref('extracts') }}

),

senders as (

    select * from {{ ref('int_senders') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

awaited as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id,
        cells.start_date,
        cells.end_date,
        indicators.extract,

        case
            when extracts.kind = 'record' then extracts.period_types
            when
                cells.period_type = 'financial_year'
                and indicators.year_from_quarters in ('sum', 'last')
                then 'quarter'
            else cells.period_type
        end as part_type,

        indicators.year_from_quarters = 'last'
        and cells.period_type = 'financial_year' as is_last_quarter_only

    from cells

    inner join indicators
        on
            cells.indicator_id = indicators.indicator_id
            and cells.definition_version = indicators.definition_version

    inner join extracts
        on
            indicators.extract = extracts.extract
            and extracts.due_days is not null

),

parts as (

    select
        awaited.indicator_id,
        awaited.definition_version,
        awaited.area_code,
        awaited.period_id,
        awaited.extract,
        senders.submitter_code,
        periods.period_id as part_period_id,
        periods.end_date as part_end_date,
        cast({{ add_days('periods.end_date', 'senders.due_days') }} as date) as due_date

    from awaited

    inner join senders
        on
            awaited.extract = senders.extract
            and awaited.area_code = senders.area_code

    inner join periods
        on
            awaited.part_type = periods.period_type
            and periods.start_date between awaited.start_date and awaited.end_date
            and awaited.end_date >= periods.end_date
            and (
                not awaited.is_last_quarter_only
                or awaited.end_date = periods.end_date
            )

)

select * from parts
