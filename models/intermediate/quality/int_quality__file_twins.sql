{#-
    One row per standing return: the other authority's return of the same period with
    which it shares most figures, and how many of those that both hold are the same.
-#}

with

returns as (

    select
        blocks.file_id,
        blocks.submitter_code as area_code,
        blocks.period_id,
        concat(
            returns.indicator_id, '/', returns.definition_version, '/', coalesce(returns.measure, '')
        ) as figure,
        returns.numerator,
        returns.denominator

    from {{ ref('stg_boroughs__returns') }} as returns

    inner join {{ ref('int_blocks') }} as blocks
        on returns.file_id = blocks.file_id

    where returns.record_state = 'accepted' and returns.numerator >= 10

),

files as (

    select
        file_id,
        area_code,
        period_id,
        count(*) as figures

    from returns

    group by file_id, area_code, period_id

),

pairs as (

    select
        returns.file_id,
        others.area_code as twin_area_code,
        count(*) as figures_in_both,
        count(case
            when
                returns.numerator = others.numerator
                and coalesce(returns.denominator, -1) = coalesce(others.denominator, -1)
                then 1
        end) as figures_equal

    from returns

    inner join returns as others
        on
            returns.period_id = others.period_id
            and returns.figure = others.figure
            and returns.area_code <> others.area_code

    group by returns.file_id, others.area_code

),

ranked as (

    select
        pairs.*,
        row_number() over (
            partition by file_id
            order by figures_equal desc, figures_in_both desc, twin_area_code
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
