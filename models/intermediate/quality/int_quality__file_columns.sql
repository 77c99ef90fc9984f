{#-
    One row per file and column that has one value, or a blank, in every record, by the
    sender's name of it: how surprising that is where the commonest value is no more than the share that
    commonest_shares allows (minus the logarithm to base ten of the chance).
-#}

with

profiles as (

    select * from {{ ref('int_quality__profiles') }}

    where profile = 'category'

),

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

commonest_shares as (

    select * from {{ ref('commonest_shares') }}

),

sent_columns as (

    select
        extract,
        lake_column,
        min(column_name) as sent_column

    from {{ ref('extract_columns') }}

    where lake_column is not null

    group by extract, lake_column

),

filled as (

    select
        file_id,
        extract,
        column_name,
        min(coalesce(bucket, 'blank')) as bucket,
        sum(row_count) as file_rows

    from profiles

    group by file_id, extract, column_name

    having count(*) = 1

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        submissions.file_id,
        cast(null as bigint) as line_number,

        filled.extract,
        filled.column_name,
        coalesce(sent_columns.sent_column, filled.column_name) as sent_column,
        filled.file_rows,
        filled.file_rows
        * -log10(coalesce(of_value.greatest_share, of_any.greatest_share)) as surprise

    from filled

    inner join submissions
        on filled.file_id = submissions.file_id

    left join sent_columns
        on
            filled.extract = sent_columns.extract
            and filled.column_name = sent_columns.lake_column

    left join commonest_shares as of_value
        on
            filled.extract = of_value.extract
            and filled.column_name = of_value.column_name
            and filled.bucket = of_value.bucket

    left join commonest_shares as of_any
        on
            filled.extract = of_any.extract
            and filled.column_name = of_any.column_name
            and of_any.bucket is null

    -- all of a force's ground that is one borough is that borough's
    where filled.column_name <> 'area_code' or submissions.area_code is null

)

select * from described
