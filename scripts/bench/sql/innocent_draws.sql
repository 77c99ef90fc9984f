-- What an innocent world is drawn by, over the tables of the clean sample.
create table bench.senders as
select
    file_id,
    submitter_code as area_code,
    period_id
from intermediate.int_blocks
where extract = 'lscb_return';

create table bench.files as
select
    file_id,
    extract,
    submitter_code
from intermediate.int_blocks;

create temporary macro draw(mean_drawn, key) as (
    select any_value(drawn) from bench.draws
    where mean = mean_drawn and place = hash(key) % 997
);

create temporary macro chosen(share, key) as hash(key) % 100 < share;

create temporary macro value_type_of(code) as (
    select any_value(value_type) from mart.dim_indicators
    where indicator_id = code
);
