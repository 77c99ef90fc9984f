{{ config(enabled=target.type == 'duckdb') }}

-- A row returned is a rule that Great Expectations could not judge.
select
    suite,
    rule_code,
    error_message

from {{ ref('fct_quality_results') }}

where status = 'error'
