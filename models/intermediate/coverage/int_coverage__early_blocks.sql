{#-
    One row per extract, area and period of which a standing file was received before
    the period had ended: what it holds may not be all. A quarter and a year are early
    where a part of them is, London and its halves where a borough is.
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

areas as (

    select * from {{ ref('dim_areas') }}

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

levels as (

    select
        area_code,
        area_code as level_area_code

    from areas

    union all

    select
        area_code,
        parent_area_code as level_area_code

    from areas

    union all

    select
        area_code,
        region_area_code as level_area_code

    from areas

),

spread as (

    select distinct
        early.extract,
        levels.level_area_code as area_code,
        wholes.period_id

    from early

    inner join levels
        on
            early.area_code = levels.area_code
            and levels.level_area_code is not null

    inner join periods as wholes
        on
            early.period_id = wholes.period_id
            or (
                wholes.period_type in ('quarter', 'financial_year')
                and early.start_date >= wholes.start_date
                and early.end_date <= wholes.end_date
            )

)

select * from spread
