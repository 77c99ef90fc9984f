{#-
    One row per standing record file of a sender from here and measure that it feeds: how many events of the
    measure it counts, how many its records lead to expect by the share that they are in
    the extract's other files, and how surprising none is where no more of the records
    count as nothing than commonest_shares allows.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    -- the residents of a trust elsewhere count nowhere, and nothing is missing
    where submission_status = 'accepted' and rows_accepted > 0 and serves_here

),

measures as (

    select * from {{ ref('measures') }}

),

commonest_shares as (

    select * from {{ ref('commonest_shares') }}

    where bucket = 'not counted'

),

counted as (

    select
        measure_id,
        file_id,
        sum(line_count) as lines_counted

    from {{ ref('int_measures_unioned') }}

    group by measure_id, file_id

),

filled as (

    select
        submissions.file_id,
        submissions.extract,
        submissions.submitter_code,
        submissions.area_code,
        submissions.period_id,
        measures.measure_id,
        measures.measure_name,
        submissions.rows_accepted,
        coalesce(counted.lines_counted, 0) as lines_counted

    from submissions

    inner join measures
        on submissions.extract = measures.extract

    left join counted
        on
            submissions.file_id = counted.file_id
            and measures.measure_id = counted.measure_id

),

totals as (

    -- a force's own files beside its own: the other's ground is another
    select
        measure_id,
        submitter_code,
        count(*) as own_files,
        sum(lines_counted) as own_lines,
        sum(rows_accepted) as own_rows

    from filled

    group by measure_id, submitter_code

),

extract_totals as (

    select
        measure_id,
        sum(lines_counted) as all_lines,
        sum(rows_accepted) as all_rows

    from filled

    group by measure_id

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        filled.area_code,
        filled.period_id,
        filled.file_id,
        cast(null as bigint) as line_number,

        filled.extract,
        filled.measure_id,
        filled.measure_name,
        filled.rows_accepted,
        filled.lines_counted,
        totals.own_files - 1 as other_files,

        -- the sender's other files, where it has any that count; a trust's, all others
        filled.rows_accepted
        * cast(totals.own_lines - filled.lines_counted as double)
        / nullif(totals.own_rows - filled.rows_accepted, 0) as own_expected,
        filled.rows_accepted
        * cast(extract_totals.all_lines - filled.lines_counted as double)
        / nullif(extract_totals.all_rows - filled.rows_accepted, 0) as all_expected,
        filled.rows_accepted * -log10(commonest_shares.greatest_share) as surprise

    from filled

    inner join totals
        on
            filled.measure_id = totals.measure_id
            and filled.submitter_code = totals.submitter_code

    inner join extract_totals
        on filled.measure_id = extract_totals.measure_id

    left join commonest_shares
        on
            filled.extract = commonest_shares.extract
            and filled.measure_id = commonest_shares.column_name

)

select * from described
