{#-
    One row per cell whose figure a rule of severity error forbids to use: it is to stand
    as `refused`, out of years and totals, until the sender has mended it.
-#}

with

findings as (

    select * from {{ ref('int_quality__figure_findings') }}

    where row_kind = 'finding' and severity = 'error'

),

cells as (

    select * from {{ ref('int_quality__cells') }}

),

withheld as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id,
        min(findings.rule_code) as rule_code,
        count(*) as findings

    from findings

    inner join cells
        on
            findings.indicator_id = cells.indicator_id
            and findings.definition_version = cells.definition_version
            and findings.area_code = cells.area_code
            and findings.period_id = cells.period_id

    group by
        cells.indicator_id,
        cells.definition_version,
        cells.area_code,
        cells.period_id

)

select * from withheld
