{#-
    One row per indicator, definition, authority and financial year as its quarters make
    it: the sum of flows, the last quarter of stocks, nothing where the catalogue says
    that quarters do not add. The source of a sum is that of its quarters.
-#}

with

indicators as (

    select * from {{ ref('indicators') }}

),

cells as (

    select * from {{ ref('int_cells__kept') }}

),

wholes as (

    select * from {{ ref('int_parts__periods') }}

    where part_kind in ('sum', 'last')

),

quarters as (

    select
        cells.*,
        wholes.whole_period_id,
        wholes.part_kind,
        indicators.year_denominator

    from cells

    inner join indicators
        on
            cells.indicator_id = indicators.indicator_id
            and cells.definition_version = indicators.definition_version

    inner join wholes
        on
            cells.indicator_id = wholes.indicator_id
            and cells.definition_version = wholes.definition_version
            and cells.period_id = wholes.period_id

),

parts as (

    select
        indicator_id,
        definition_version,
        area_code,
        whole_period_id as period_id,
        year_denominator,
        source_extract,
        source_rank,
        end_date,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        extra_events,
        year_denominator = 'sum' and cell_status = 'no_denominator'
            as is_outside_ratio

    from quarters

    where part_kind = 'sum'

),

{{ roll_up(
    'parts', ['indicator_id', 'definition_version', 'area_code', 'period_id']
) }},

denominators_sent as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        denominator,
        row_number() over (
            partition by indicator_id, definition_version, area_code, period_id
            order by end_date desc
        ) as recency

    from parts

    where year_denominator = 'last_sent' and denominator is not null

),

sources as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        min(source_rank) as source_rank,
        max(source_rank) as last_source_rank,
        max(year_denominator) as year_denominator,
        min(source_extract) as first_source,
        max(source_extract) as last_source

    from parts

    where
        {{ status_is('cell_status', 'answer') }}

    group by indicator_id, definition_version, area_code, period_id

),

summed as (

    select
        rolled_up.indicator_id,
        rolled_up.definition_version,
        rolled_up.area_code,
        rolled_up.period_id,

        case
            when sources.first_source = sources.last_source then sources.first_source
            when sources.first_source is not null
                then concat(sources.first_source, '+', sources.last_source)
        end as source_extract,

        coalesce(sources.source_rank, 4) as source_rank,
        coalesce(sources.last_source_rank, 4) = 1 as is_all_own_extract,

        case
            when
                sources.year_denominator = 'last_sent'
                and {{ status_is('rolled_up.cell_status', 'numerator', 'divided') }}
                and rolled_up.numerator is not null
                and denominators_sent.denominator is null
                then 'no_denominator'
            else rolled_up.cell_status
        end as cell_status,

        rolled_up.numerator,
        rolled_up.numerator_low,
        rolled_up.numerator_high,

        case
            when
                not {{ status_is('rolled_up.cell_status', 'answer') }}
                then null
            when sources.year_denominator = 'last_sent'
                then denominators_sent.denominator
            when sources.year_denominator = 'sum' then rolled_up.denominator
        end as denominator,

        rolled_up.extra_events

    from rolled_up

    left join sources
        on
            rolled_up.indicator_id = sources.indicator_id
            and rolled_up.definition_version = sources.definition_version
            and rolled_up.area_code = sources.area_code
            and rolled_up.period_id = sources.period_id

    left join denominators_sent
        on
            rolled_up.indicator_id = denominators_sent.indicator_id
            and rolled_up.definition_version = denominators_sent.definition_version
            and rolled_up.area_code = denominators_sent.area_code
            and rolled_up.period_id = denominators_sent.period_id
            and denominators_sent.recency = 1

),

last_quarters as (

    select
        indicator_id,
        definition_version,
        area_code,
        whole_period_id as period_id,
        source_extract,
        source_rank,
        source_rank = 1 as is_all_own_extract,
        cell_status,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        extra_events

    from quarters

    where part_kind = 'last'

),

derived as (

    select * from summed

    union all

    select * from last_quarters

)

select * from derived
