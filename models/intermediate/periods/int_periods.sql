{#-
    One row per period that a figure or a target may be of: months, financial quarters and
    years, academic years, calendar years and Tell Us waves. They run by financial years,
    from the first that a seed names to the last that a target may be of. `mid_year` is the
    year whose mid-year population a rate of the period is taken of: the one in which its
    financial year begins.
-#}

with

calendar as (

    select * from {{ ref('calendar') }}

),

bounds as (

    select
        first_year,
        greatest(
            last_target_year,
            cast(year({{ add_months(as_of(), '-3') }}) as bigint) + years_ahead
        ) as last_year

    from calendar

),

digits as (
    {%- for digit in range(10) %}

        select {{ digit }} as digit
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

-- the year before the first lends its name to the months of a spring outside
years as (

    select
        bounds.first_year - 1 + 100 * hundreds.digit + 10 * tens.digit + ones.digit
            as start_year

    from bounds

    cross join digits as hundreds

    cross join digits as tens

    cross join digits as ones

    where
        bounds.first_year + 100 * hundreds.digit + 10 * tens.digit + ones.digit
        <= bounds.last_year + 2

),

months as (
    {%- for month in range(1, 13) %}

        select {{ month }} as month_number
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

waves as (

    select * from {{ ref('survey_waves') }}

),

labelled_years as (

    select
        start_year,
        cast(start_year as string) as calendar_label,
        concat(
            cast(start_year as string),
            '-',
            lpad(cast((start_year + 1) % 100 as string), 2, '0')
        ) as split_label

    from years

),

calendar_months as (

    select
        labelled_years.start_year,
        labelled_years.split_label,
        earlier_years.split_label as split_label_before,
        months.month_number,
        concat(
            labelled_years.calendar_label,
            '-',
            lpad(cast(months.month_number as string), 2, '0')
        ) as month_label,
        cast(
            concat(
                labelled_years.calendar_label,
                '-',
                lpad(cast(months.month_number as string), 2, '0'),
                '-01'
            ) as date
        ) as start_date

    from labelled_years

    cross join months

    left join labelled_years as earlier_years
        on labelled_years.start_year = earlier_years.start_year + 1

),

quarters as (

    select
        labelled_years.start_year,
        labelled_years.split_label,
        months.month_number as quarter_number,
        cast(
            concat(labelled_years.calendar_label, '-04-01') as date
        ) as year_start_date

    from labelled_years

    inner join months
        on months.month_number <= 4

),

periods as (

    select
        concat(split_label, 'Q', cast(quarter_number as string)) as period_id,
        'quarter' as period_type,
        concat('Quarter ', cast(quarter_number as string), ' of ', split_label)
            as period_label,
        cast({{ add_months('year_start_date', '3 * (quarter_number - 1)') }} as date)
            as start_date,
        cast({{ add_months('year_start_date', '3 * quarter_number') }} as date)
            as next_start_date,
        split_label as year_period_id,
        start_year as mid_year

    from quarters

    union all

    select
        split_label as period_id,
        'financial_year' as period_type,
        concat('Financial year ', split_label) as period_label,
        cast(concat(calendar_label, '-04-01') as date) as start_date,
        cast(concat(cast(start_year + 1 as string), '-04-01') as date)
            as next_start_date,
        split_label as year_period_id,
        start_year as mid_year

    from labelled_years

    union all

    select
        concat('AY', split_label) as period_id,
        'academic_year' as period_type,
        concat('Academic year ', split_label) as period_label,
        cast(concat(calendar_label, '-09-01') as date) as start_date,
        cast(concat(cast(start_year + 1 as string), '-09-01') as date)
            as next_start_date,
        concat('AY', split_label) as year_period_id,
        start_year as mid_year

    from labelled_years

    union all

    select
        calendar_label as period_id,
        'calendar_year' as period_type,
        concat('Calendar year ', calendar_label) as period_label,
        cast(concat(calendar_label, '-01-01') as date) as start_date,
        cast(concat(cast(start_year + 1 as string), '-01-01') as date)
            as next_start_date,
        calendar_label as year_period_id,
        start_year as mid_year

    from labelled_years

    union all

    select
        concat('M', month_label) as period_id,
        'month' as period_type,
        month_label as period_label,
        start_date,
        cast({{ add_months('start_date', '1') }} as date) as next_start_date,
        case when month_number >= 4 then split_label else split_label_before end
            as year_period_id,
        case when month_number >= 4 then start_year else start_year - 1 end as mid_year

    from calendar_months

    union all

    select
        period_id,
        'wave' as period_type,
        wave_name as period_label,
        start_date,
        cast({{ add_days('end_date', '1') }} as date) as next_start_date,
        period_id as year_period_id,
        cast(wave as integer) as mid_year

    from waves

),

described as (

    select
        periods.period_id,
        periods.period_type,
        periods.period_label,
        periods.start_date,
        cast({{ add_days('periods.next_start_date', '-1') }} as date) as end_date,
        periods.year_period_id,
        cast(periods.mid_year as bigint) as mid_year

    from periods

    inner join bounds
        on periods.mid_year between bounds.first_year and bounds.last_year

)

select * from described
