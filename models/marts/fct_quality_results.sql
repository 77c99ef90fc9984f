{#-
    One row per rule of each suite: passed, failed, not applicable (there was nothing to
    look at) or error, with the rows looked at and the rows that fail.
-#}

with

findings as (

    select * from {{ ref('int_quality__findings') }}

    where row_kind = 'result'

),

runs as (

    select * from {{ ref('int_quality__runs') }}

),

described as (

    select
        findings.suite,
        findings.rule_code,
        findings.expectation,
        findings.category,
        findings.severity,
        findings.status,
        findings.rows_looked_at,
        findings.rows_failing,
        findings.owner,
        findings.because,
        findings.error_message,
        runs.run_id

    from findings

    cross join runs

)

select * from described
