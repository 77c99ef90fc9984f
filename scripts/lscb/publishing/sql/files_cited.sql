-- Every file of records that could have counted towards a cell, whether it did or not.
create temp table cited as
with

cells as (

    select distinct
        indicator_id,
        definition_version,
        area_code,
        period_id,
        extract

    from mart.fct_lineage

    where extract in (from record_extracts)

)

select
    cells.*,
    submissions.file_id,
    submissions.status

from cells

inner join mart.dim_periods as periods
    on cells.period_id = periods.period_id

inner join mart.fct_submissions as submissions
    on cells.extract = submissions.extract

inner join mart.dim_periods as parts
    on
        submissions.period_id = parts.period_id
        and periods.start_date <= parts.start_date
        and periods.end_date >= parts.end_date

left join mart.dim_areas as senders
    on submissions.area_code = senders.area_code

where
    senders.area_code is null
    or cells.area_code in (
        senders.area_code, senders.parent_area_code, senders.region_area_code
    )
