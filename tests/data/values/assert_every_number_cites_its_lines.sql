-- Every number cites the files it is from, and lines of theirs unless it is a zero.
with

cited as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        sum(numerator_rows) as numerator_rows,
        sum(denominator_rows) as denominator_rows

    from {{ ref('fct_lineage') }}

    group by
        indicator_id,
        definition_version,
        area_code,
        period_id

)

select
    indicator_values.indicator_id,
    indicator_values.definition_version,
    indicator_values.area_code,
    indicator_values.period_id,
    indicator_values.numerator,
    indicator_values.denominator,
    cited.numerator_rows,
    cited.denominator_rows

from {{ ref('fct_indicator_values') }} as indicator_values

left join cited
    on
        indicator_values.indicator_id = cited.indicator_id
        and indicator_values.definition_version = cited.definition_version
        and indicator_values.area_code = cited.area_code
        and indicator_values.period_id = cited.period_id

where
    (
        coalesce(indicator_values.numerator, indicator_values.indicator_value)
        is not null
        and cited.numerator_rows is null
    )
    or (
        coalesce(indicator_values.numerator, indicator_values.indicator_value) > 0
        and coalesce(cited.numerator_rows, 0) = 0
    )
    or (
        indicator_values.denominator > 0 and coalesce(cited.denominator_rows, 0) = 0
    )
