{#-
    One row per standing block of which an earlier version was read: records then and
    now.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

),

pairs as (

    select
        standing.area_code,
        standing.period_id,
        standing.file_id,
        standing.extract,
        standing.submitter_code,
        earlier.file_id as earlier_file_id,
        cast(standing.rows_accepted as double) as records,
        cast(earlier.rows_accepted as double) as earlier_records,
        row_number() over (
            partition by standing.file_id
            order by earlier.version desc, earlier.file_id asc
        ) as recency

    from submissions as standing

    inner join submissions as earlier
        on
            standing.extract = earlier.extract
            and standing.submitter_code = earlier.submitter_code
            and standing.period_id = earlier.period_id
            and standing.version > earlier.version

    where
        standing.submission_status = 'accepted'
        and earlier.submission_status = 'superseded'

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        area_code,
        period_id,
        file_id,
        cast(null as bigint) as line_number,

        extract,
        submitter_code,
        earlier_file_id,
        records,
        earlier_records

    from pairs

    where recency = 1

)

select * from described
