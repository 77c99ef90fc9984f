-- What may be told, of the seeds that stand in `words_`: columns of figures, senders,
-- and blocks, which are an extract and a sender.
create temp table words_statistics as
select distinct
    words_extract_columns.extract,
    words_statistic_columns.statistic,
    words_extract_columns.rule_text

from words_statistic_columns

cross join words_extract_columns

where words_extract_columns.data_type = 'statistic_columns';

create temp table words_senders as
select area_code as sender
from mart.dim_areas

union

select unnest(string_split(fixed_submitters, '|')) as sender
from words_extracts

union

select pct_code as sender
from words_pcts;

create temp table told_blocks as
select distinct concat(words_extracts.extract, ' ', words_senders.sender) as block

from words_extracts

cross join words_senders;

create temp table words_rules (suite varchar, rule_code varchar, message varchar)
