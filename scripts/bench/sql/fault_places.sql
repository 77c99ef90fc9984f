-- What a place can be: tables over the clean sample that the corpus chooses from.
create schema bench;

create table bench.figures as
select
    cells.*,
    sent.sent_value,
    concat('return ', cells.area_code) as slot
from intermediate.int_quality__cells as cells
inner join intermediate.int_quality__return_lines as sent
    using (file_id, line_number)
where cells.source_extract = 'lscb_return' and cells.numerator is not null;

create table bench.shares as
select * from bench.figures
where denominator_basis = 'sent' and denominator > 0;

create table bench.record_files as
select
    file_id,
    area_code,
    period_id,
    extract,
    submitter_code,
    records,
    concat(extract, ' ', submitter_code) as slot
from intermediate.int_quality__blocks;

create table bench.lado_files as
from bench.record_files
where extract = 'lado_referrals';

create table bench.pct_files as
from bench.record_files
where extract = 'pct_admissions';

create table bench.police_files as
select * replace (concat(extract, ' ', period_id) as slot)
from bench.record_files
where extract = 'police_offences';

create table bench.met_files as
from bench.police_files
where submitter_code = 'MPS';

create table bench.missing_files as
select * replace (concat(extract, ' ', period_id) as slot)
from bench.record_files
where extract = 'missing_children';

create table bench.boroughs as
select area_code from mart.dim_areas
where area_type = 'local_authority' and area_code <> 'E09000001';

create table bench.answers as
select
    *,
    concat('survey ', area_code) as slot
from intermediate.int_quality__survey_answers
where responses_given = responses and responses >= 3 and largest_base >= 100;

create table bench.populations as
select
    *,
    concat('population ', area_code) as slot
from intermediate.int_quality__populations
where neighbouring_persons > 0 and area_code <> 'E09000001';

create table bench.crimes as
select
    *,
    concat('crime ', area_code) as slot
from intermediate.int_quality__crime_months
where nearby_months >= 6;

create table bench.crime_pairs as
select distinct
    mine.file_id,
    mine.area_code,
    mine.minor_category,
    mine.slot,
    theirs.area_code as other
from bench.crimes as mine
inner join bench.crimes as theirs
    using (file_id, minor_category)
where
    mine.area_code <> theirs.area_code and mine.offences >= 20
    and theirs.offences >= 20 and mine.month_rank = theirs.month_rank;
