-- One row a rule and suite, with what came of it; what is gravest first.
select
    results.suite,
    extracts.description as suite_description,
    results.rule_code,
    results.severity,
    results.status,
    results.rows_looked_at,
    results.rows_failing

from mart.fct_quality_results as results

left join reference.extracts as extracts
    on results.suite = extracts.extract

order by
    results.suite,
    case results.severity when 'error' then 1 when 'warning' then 2 else 3 end,
    results.rows_failing desc,
    results.rule_code
