{#-
    One row per extract, area and period of which a standing file was received before
    the period had ended: what it holds may not be all. A quarter and a year are early
    where a part of them is, the region and its parts where a borough is.
-#}

with

blocks as (

    select * from {{ ref('int_blocks') }}

    where file_id is not null

),

senders as (

    select * from {{ ref('int_senders') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

wholes as (

    select * from {{ ref('int_parts__areas') }}

),

early as (

    select
        blocks.extract,
        senders.area_code,
        periods.period_id,
        periods.start_date,
        periods.end_date

    from blocks

    inner join periods
        on
            blocks.period_id = periods.period_id
            and cast(blocks.standing_received_at as date) <= periods.end_date

    inner join senders
        on
            blocks.extract = senders.extract
            and blocks.submitter_code = senders.submitter_code

),

spread as (

    select distinct
        early.extract,
        wholes.whole_area_code as area_code,
        whole_periods.period_id

    from early

    inner join wholes
        on early.area_code = wholes.area_code

    inner join periods as whole_periods
        on
            early.period_id = whole_periods.period_id
            or (
                whole_periods.period_type in ('quarter', 'financial_year')
                and early.start_date >= whole_periods.start_date
                and early.end_date <= whole_periods.end_date
            )

)

select * from spread
