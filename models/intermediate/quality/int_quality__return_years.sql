{#-
    One row per board and financial year of which three quarters or more were sent, at the
    last of them: how many of the flows that they all hold there are, and how many of those
    never fall and end at twice where they began or more, as sums since April do.
-#}

with

figures_sent as (

    select
        return_lines.file_id,
        return_lines.area_code,
        return_lines.period_id,
        periods.year_period_id,
        return_lines.start_date,
        concat(
            return_lines.indicator_id,
            '/',
            return_lines.definition_version,
            '/',
            coalesce(return_lines.measure, '')
        ) as figure,
        return_lines.numerator,

        -- a figure that a return gives twice has no order in time
        count(*) over (
            partition by
                return_lines.area_code,
                return_lines.period_id,
                return_lines.indicator_id,
                return_lines.definition_version,
                coalesce(return_lines.measure, '')
        ) as times_sent

    from {{ ref('int_quality__return_lines') }} as return_lines

    inner join {{ ref('indicators') }} as indicators
        on
            return_lines.indicator_id = indicators.indicator_id
            and return_lines.definition_version = indicators.definition_version
            and indicators.year_from_quarters = 'sum'

    inner join {{ ref('dim_periods') }} as periods
        on return_lines.period_id = periods.period_id

    where return_lines.period_type = 'quarter' and return_lines.numerator is not null

),

figures as (

    select * from figures_sent

    where times_sent = 1

),

ordered as (

    select
        figures.*,
        lag(numerator) over (
            partition by area_code, year_period_id, figure
            order by start_date
        ) as numerator_before

    from figures

),

series as (

    select
        area_code,
        year_period_id,
        figure,
        count(*) as quarters,
        min(start_date) as first_date,
        max(start_date) as last_date,
        max(case when numerator < numerator_before then 1 else 0 end) = 1 as falls

    from ordered

    group by area_code, year_period_id, figure

),

ends as (

    select
        series.area_code,
        series.year_period_id,
        series.figure,
        series.quarters,
        series.last_date,
        series.falls,
        first_figures.numerator as first_numerator,
        last_figures.numerator as last_numerator,
        last_figures.file_id,
        last_figures.period_id

    from series

    inner join figures as first_figures
        on
            series.area_code = first_figures.area_code
            and series.figure = first_figures.figure
            and series.first_date = first_figures.start_date

    inner join figures as last_figures
        on
            series.area_code = last_figures.area_code
            and series.figure = last_figures.figure
            and series.last_date = last_figures.start_date

    where series.quarters >= 3 and last_figures.numerator >= 6

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        area_code,
        period_id,
        file_id,
        cast(null as bigint) as line_number,

        count(*) as figures,
        count(case when not falls and last_numerator >= 2 * first_numerator then 1 end)
            as figures_rising

    from ends

    group by area_code, period_id, file_id

)

select * from described
