{#-
    One row per standing return that follows another of the board's of the same kind of
    period: how many of the flows that both hold are the same numbers, and how surprising
    that is. A count that stands under several indicators tells once; a stock may stand
    still, and tells nothing.
-#}

with

figures as (

    select
        return_lines.file_id,
        return_lines.area_code,
        return_lines.period_id,
        return_lines.period_type,
        return_lines.start_date,
        concat(
            return_lines.indicator_id,
            '/',
            return_lines.definition_version,
            '/',
            coalesce(return_lines.measure, '')
        ) as figure,
        return_lines.numerator,
        return_lines.denominator

    from {{ ref('int_quality__return_lines') }} as return_lines

    inner join {{ ref('indicators') }} as indicators
        on
            return_lines.indicator_id = indicators.indicator_id
            and return_lines.definition_version = indicators.definition_version
            and indicators.year_from_quarters <> 'last'

    where return_lines.numerator >= 1

),

files as (

    select distinct
        file_id,
        area_code,
        period_id,
        period_type,
        start_date

    from figures

),

ordered as (

    select
        files.*,
        lag(file_id) over (
            partition by area_code, period_type
            order by start_date
        ) as earlier_file_id,
        lag(period_id) over (
            partition by area_code, period_type
            order by start_date
        ) as earlier_period_id

    from files

),

compared as (

    select
        ordered.file_id,
        figures.numerator,
        count(*) as figures_in_both,
        count(
            case
                when
                    figures.numerator = earlier.numerator
                    and coalesce(figures.denominator, -1)
                    = coalesce(earlier.denominator, -1)
                    then 1
            end
        ) as figures_equal

    from ordered

    inner join figures
        on ordered.file_id = figures.file_id

    inner join figures as earlier
        on
            ordered.earlier_file_id = earlier.file_id
            and figures.figure = earlier.figure

    group by ordered.file_id, figures.numerator

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        ordered.area_code,
        ordered.period_id,
        ordered.file_id,
        cast(null as bigint) as line_number,

        ordered.earlier_period_id,
        cast(sum(compared.figures_in_both) as bigint) as figures_in_both,
        cast(sum(compared.figures_equal) as bigint) as figures_equal,
        sum(
            case
                when compared.figures_equal > 0
                    then {{ equality_surprise('compared.numerator') }}
                else 0.0e0
            end
        ) as surprise

    from compared

    inner join ordered
        on compared.file_id = ordered.file_id

    group by
        ordered.file_id,
        ordered.area_code,
        ordered.period_id,
        ordered.earlier_period_id

)

select * from described
