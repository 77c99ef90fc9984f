{#-
    One row per standing return: the other authority's return of the same period that it
    shares most with, how many of the figures that both hold are the same, and how
    surprising that is. A count that stands under several indicators tells once; one
    that three authorities or more sent comes from a common source and tells nothing.
-#}

with

figures_sent as (

    select
        blocks.file_id,
        blocks.submitter_code as area_code,
        blocks.period_id,
        concat(
            return_lines.indicator_id,
            '/',
            return_lines.definition_version,
            '/',
            coalesce(return_lines.measure, '')
        ) as figure,
        return_lines.numerator,
        return_lines.denominator

    from {{ ref('stg_boroughs__returns') }} as return_lines

    inner join {{ ref('int_blocks') }} as blocks
        on return_lines.file_id = blocks.file_id

    where return_lines.record_state = 'accepted' and return_lines.numerator >= 1

),

common_sources as (

    select
        period_id,
        figure,
        numerator

    from figures_sent

    group by period_id, figure, numerator

    having count(distinct area_code) >= 3

),

figures as (

    select figures_sent.*

    from figures_sent

    left join common_sources
        on
            figures_sent.period_id = common_sources.period_id
            and figures_sent.figure = common_sources.figure
            and figures_sent.numerator = common_sources.numerator

    where common_sources.figure is null

),

files as (

    select
        file_id,
        area_code,
        period_id,
        count(*) as figures

    from figures_sent

    group by file_id, area_code, period_id

),

compared as (

    select
        figures.file_id,
        counterparts.area_code as twin_area_code,
        figures.numerator,
        figures.numerator = counterparts.numerator
        and coalesce(figures.denominator, -1)
        = coalesce(counterparts.denominator, -1) as is_equal

    from figures

    inner join figures as counterparts
        on
            figures.period_id = counterparts.period_id
            and figures.figure = counterparts.figure
            and figures.area_code <> counterparts.area_code

),

distinct_counts as (

    select
        file_id,
        twin_area_code,
        numerator,
        count(*) as figures_in_both,
        count(case when is_equal then 1 end) as figures_equal

    from compared

    group by file_id, twin_area_code, numerator

),

pairs as (

    select
        file_id,
        twin_area_code,
        sum(figures_in_both) as figures_in_both,
        sum(figures_equal) as figures_equal,

        -- whichever of the figures it had been: there are two to their number choices
        sum(
            case
                when figures_equal > 0 then {{ equality_surprise('numerator') }}
                else 0.0e0
            end
        ) - 0.30103e0 * count(*) as surprise

    from distinct_counts

    group by file_id, twin_area_code

),

ranked as (

    select
        pairs.*,
        row_number() over (
            partition by file_id
            order by surprise desc, figures_equal desc, twin_area_code asc
        ) as twin_rank

    from pairs

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        files.area_code,
        files.period_id,
        files.file_id,
        cast(null as bigint) as line_number,

        files.figures,
        ranked.twin_area_code,
        coalesce(ranked.figures_in_both, 0) as figures_in_both,
        coalesce(ranked.figures_equal, 0) as figures_equal,
        ranked.surprise

    from files

    left join ranked
        on files.file_id = ranked.file_id and ranked.twin_rank = 1

)

select * from described
