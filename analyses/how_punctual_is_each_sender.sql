-- A row is a sender and extract, with the number of figures by the state of what they
-- wait for: the six counts make up figures_expected.
select
    extract,
    submitter,
    count(*) as figures_expected,
    count(*) filter (where coverage_status = 'on time') as figures_on_time,
    count(*) filter (where coverage_status = 'late') as figures_late,
    count(*) filter (where coverage_status = 'partial') as figures_partial,
    count(*) filter (where coverage_status = 'refused') as figures_refused,
    count(*) filter (where coverage_status = 'missing') as figures_missing,
    count(*) filter (where coverage_status = 'not due') as figures_not_due

from {{ ref('fct_coverage') }}

group by extract, submitter

order by extract asc, submitter asc
