{#-
    One row per figure of published statistics that two standing files hold: what the one
    that stands says beside what the one before it said, of an area and month of recorded
    crime, or of a statistic of the DfE.
-#}

with

crimes as (

    select * from {{ ref('stg_gla__borough_crime') }}

    where record_state = 'accepted'

),

crime_pairs as (

    select distinct
        classification,
        area_code,
        month_start_date,
        file_id,
        earlier_file_id

    from {{ ref('int_gla__borough_crime_standing') }}

    where earlier_file_id is not null

),

crimes_summed as (

    select
        classification,
        area_code,
        month_start_date,
        file_id,
        major_category,
        minor_category,
        sum(offences) as offences

    from crimes

    group by
        classification,
        area_code,
        month_start_date,
        file_id,
        major_category,
        minor_category

),

crime_sides as (

    select
        crime_pairs.classification,
        crime_pairs.area_code,
        crime_pairs.month_start_date,
        crime_pairs.file_id,
        crime_pairs.earlier_file_id,
        crimes_summed.major_category,
        crimes_summed.minor_category,
        sum(
            case
                when crimes_summed.file_id = crime_pairs.file_id
                    then crimes_summed.offences
            end
        ) as offences,
        sum(
            case
                when crimes_summed.file_id = crime_pairs.earlier_file_id
                    then crimes_summed.offences
            end
        ) as earlier_offences

    from crime_pairs

    inner join crimes_summed
        on
            crime_pairs.classification = crimes_summed.classification
            and crime_pairs.area_code = crimes_summed.area_code
            and crime_pairs.month_start_date = crimes_summed.month_start_date
            and (
                crime_pairs.file_id = crimes_summed.file_id
                or crime_pairs.earlier_file_id = crimes_summed.file_id
            )

    group by
        crime_pairs.classification,
        crime_pairs.area_code,
        crime_pairs.month_start_date,
        crime_pairs.file_id,
        crime_pairs.earlier_file_id,
        crimes_summed.major_category,
        crimes_summed.minor_category

),

crime_figures as (

    select
        concat('mps_offences_', classification) as measure_id,
        area_code,
        month_start_date,
        file_id,
        earlier_file_id,
        sum(offences) as figure,
        sum(earlier_offences) as earlier_figure,
        count(
            case
                when coalesce(offences, -1) <> coalesce(earlier_offences, -1) then 1
            end
        ) as figures_differing

    from crime_sides

    group by classification, area_code, month_start_date, file_id, earlier_file_id

),

indicators as (

    select * from {{ ref('indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_type = 'month'

),

statistics as (

    select * from {{ ref('int_dfe__statistics_ranked') }}

    where role in ('numerator', 'denominator')

),

statistic_sides as (

    -- several rows of one cell are told apart by their filters
    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        role,
        statistic,
        coalesce(filters, '') as filter_text,
        max(case when recency = 1 then file_id end) as file_id,
        max(case when recency = 2 then file_id end) as earlier_file_id,
        max(case when recency = 1 then line_number end) as line_number,
        max(case when recency = 1 then statistic_value end) as figure,
        max(case when recency = 2 then statistic_value end) as earlier_figure,
        max(case when recency = 1 then statistic_value_mark end) as mark,
        max(case when recency = 2 then statistic_value_mark end) as earlier_mark

    from statistics

    where recency <= 2

    group by
        indicator_id,
        definition_version,
        area_code,
        period_id,
        role,
        statistic,
        coalesce(filters, '')

),

statistic_figures as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        role,
        max(file_id) as file_id,
        max(earlier_file_id) as earlier_file_id,
        min(line_number) as line_number,
        sum(figure) as figure,
        sum(earlier_figure) as earlier_figure,
        count(
            case
                when
                    coalesce(figure, -1) <> coalesce(earlier_figure, -1)
                    or coalesce(mark, '') <> coalesce(earlier_mark, '')
                    then 1
            end
        ) as figures_differing

    from statistic_sides

    group by indicator_id, definition_version, area_code, period_id, role

    having max(earlier_file_id) is not null

),

figures as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        crime_figures.area_code,
        periods.period_id,
        crime_figures.file_id,
        cast(null as bigint) as line_number,
        'offences' as figure_name,
        crime_figures.earlier_file_id,
        crime_figures.figure,
        crime_figures.earlier_figure,
        crime_figures.figures_differing

    from crime_figures

    inner join indicators
        on crime_figures.measure_id = indicators.numerator_measure_id

    inner join periods
        on crime_figures.month_start_date = periods.start_date

    union all

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        file_id,
        line_number,
        role as figure_name,
        earlier_file_id,
        figure,
        earlier_figure,
        figures_differing

    from statistic_figures

),

described as (

    select
        figures.*,
        submissions.file_name as earlier_file_name

    from figures

    inner join {{ ref('int_submissions') }} as submissions
        on figures.earlier_file_id = submissions.file_id

)

select * from described
