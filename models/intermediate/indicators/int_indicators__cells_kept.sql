{#-
    One row per chosen cell, before years and totals are made of it: a figure that a
    quality rule of severity error forbids to use stands as refused, without its number.
-#}

with

chosen as (

    select * from {{ ref('int_indicators__cells_chosen') }}

),

{%- if target.type == 'duckdb' %}

withheld as (

    select * from {{ ref('int_quality__withheld_cells') }}

),

{%- else %}

-- without Python models no rule is judged, and nothing is withheld
withheld as (

    select * from {{ ref('int_indicators__cells_chosen') }}

    where false

),

{%- endif %}

marked as (

    select
        chosen.*,
        withheld.indicator_id is not null as is_withheld

    from chosen

    left join withheld
        on
            chosen.indicator_id = withheld.indicator_id
            and chosen.definition_version = withheld.definition_version
            and chosen.area_code = withheld.area_code
            and chosen.period_id = withheld.period_id

),

kept as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        period_type,
        end_date,
        year_period_id,
        mid_year,
        source_extract,
        source_rank,
        case when is_withheld then 'refused' else cell_status end as cell_status,
        extra_events,
        case when not is_withheld then numerator end as numerator,
        case when not is_withheld then numerator_low end as numerator_low,
        case when not is_withheld then numerator_high end as numerator_high,
        case when not is_withheld then denominator end as denominator,
        case when not is_withheld then direct_value end as direct_value

    from marked

)

select * from kept
