{#-
    One row per standing return: the other authority's return of the same period with
    which it shares most figures, and how many of those that both hold are the same.
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

    where return_lines.record_state = 'accepted' and return_lines.numerator >= 10

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

pairs as (

    select
        figures_sent.file_id,
        counterparts.area_code as twin_area_code,
        count(*) as figures_in_both,
        count(case
            when
                figures_sent.numerator = counterparts.numerator
                and coalesce(figures_sent.denominator, -1)
                = coalesce(counterparts.denominator, -1)
                then 1
        end) as figures_equal

    from figures_sent

    inner join figures_sent as counterparts
        on
            figures_sent.period_id = counterparts.period_id
            and figures_sent.figure = counterparts.figure
            and figures_sent.area_code <> counterparts.area_code

    group by figures_sent.file_id, counterparts.area_code

),

ranked as (

    select
        pairs.*,
        row_number() over (
            partition by file_id
            order by figures_equal desc, figures_in_both desc, twin_area_code asc
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
        coalesce(ranked.figures_equal, 0) as figures_equal

    from files

    left join ranked
        on files.file_id = ranked.file_id and ranked.twin_rank = 1

)

select * from described
