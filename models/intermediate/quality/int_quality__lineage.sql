{#-
    One row per value with a number: how many files and lines stand behind it.
-#}

with

indicator_values as (

    select * from {{ ref('fct_indicator_values') }}

),

lineage as (

    select * from {{ ref('fct_lineage') }}

),

cited as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        count(*) as files,
        sum(numerator_rows) as numerator_rows,
        count(case when first_line > last_line or first_line < 1 then 1 end)
            as ranges_out_of_order

    from lineage

    group by indicator_id, definition_version, area_code, period_id

),

described as (

    select
        indicator_values.indicator_id,
        indicator_values.definition_version,
        indicator_values.area_code,
        indicator_values.period_id,
        cast(null as string) as file_id,
        cast(null as bigint) as line_number,

        indicator_values.value_status,
        indicator_values.numerator,
        indicator_values.source_extract,
        coalesce(cited.files, 0) as files,
        coalesce(cited.numerator_rows, 0) as numerator_rows,
        coalesce(cited.ranges_out_of_order, 0) as ranges_out_of_order

    from indicator_values

    left join cited
        on
            indicator_values.indicator_id = cited.indicator_id
            and indicator_values.definition_version = cited.definition_version
            and indicator_values.area_code = cited.area_code
            and indicator_values.period_id = cited.period_id

    where indicator_values.value_status in ('reported', 'partial')

)

select * from described
