{#-
    One row per file and bucket of a category: its share in this file beside its share
    in the files of the extract together (by median file), and, of a borough's records
    in a police file, how many the other files of the extract lead to expect.
-#}

with

profiles as (

    select * from {{ ref('int_quality__profiles') }}

    where profile = 'category' and extract <> 'lscb_return'

),

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

periods as (

    select * from {{ ref('dim_periods') }}

),

offence_classes as (

    select
        offence_class,
        min(cast(valid_from as date)) as valid_from

    from {{ ref('offence_code_sets') }}

    group by offence_class

),

files as (

    select
        profiles.file_id,
        profiles.column_name,
        submissions.extract,
        submissions.submitter_code,
        submissions.area_code,
        submissions.period_id,
        sum(profiles.row_count) as file_rows

    from profiles

    inner join submissions
        on profiles.file_id = submissions.file_id

    group by
        profiles.file_id,
        profiles.column_name,
        submissions.extract,
        submissions.submitter_code,
        submissions.area_code,
        submissions.period_id

),

buckets as (

    select distinct
        files.extract,
        files.submitter_code,
        profiles.column_name,
        coalesce(profiles.bucket, 'blank') as bucket

    from profiles

    inner join files
        on
            profiles.file_id = files.file_id
            and profiles.column_name = files.column_name

),

filled as (

    select
        files.file_id,
        files.extract,
        files.submitter_code,
        files.area_code as file_area_code,
        files.period_id,
        files.column_name,
        files.file_rows,
        buckets.bucket,
        coalesce(profiles.row_count, 0) as row_count,
        cast(coalesce(profiles.row_count, 0) as double) / files.file_rows as file_share

    from files

    inner join buckets
        on
            files.extract = buckets.extract
            and files.submitter_code = buckets.submitter_code
            and files.column_name = buckets.column_name

    left join profiles
        on
            files.file_id = profiles.file_id
            and files.column_name = profiles.column_name
            and buckets.bucket = coalesce(profiles.bucket, 'blank')

),

typical as (

    select
        extract,
        column_name,
        bucket,
        count(*) as files_looked_at,
        sum(row_count) as extract_rows,
        median(file_share) as typical_share

    from filled

    group by extract, column_name, bucket

),

own as (

    select
        extract,
        submitter_code,
        column_name,
        bucket,
        count(*) as own_files,
        median(file_share) as own_share

    from filled

    group by extract, submitter_code, column_name, bucket

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        case
            when filled.column_name = 'area_code' then filled.bucket
            else filled.file_area_code
        end as area_code,
        filled.period_id,
        filled.file_id,
        cast(null as bigint) as line_number,

        filled.extract,
        filled.submitter_code,
        filled.column_name,
        filled.bucket,
        filled.row_count,
        filled.file_rows,
        filled.file_share,
        typical.files_looked_at,
        typical.typical_share,
        own.own_files,
        own.own_share,
        own.own_share * filled.file_rows as expected_rows,
        {{ count_departure('filled.row_count', 'own.own_share * filled.file_rows') }}
            as own_departure,
        {{ count_departure(
            'filled.file_rows - filled.row_count',
            '(1.0e0 - own.own_share) * filled.file_rows'
        ) }} as rest_departure,
        {{ count_departure(
            'filled.row_count', 'typical.typical_share * filled.file_rows'
        ) }} as typical_departure,

        filled.column_name = 'offence_class' and offence_classes.valid_from is not null
            as has_first_day,
        filled.column_name = 'offence_class'
        and filled.row_count > 0
        and offence_classes.valid_from > periods.end_date as is_before_first_day

    from filled

    inner join typical
        on
            filled.extract = typical.extract
            and filled.column_name = typical.column_name
            and filled.bucket = typical.bucket

    inner join own
        on
            filled.extract = own.extract
            and filled.submitter_code = own.submitter_code
            and filled.column_name = own.column_name
            and filled.bucket = own.bucket

    inner join periods
        on filled.period_id = periods.period_id

    left join offence_classes
        on filled.bucket = offence_classes.offence_class

)

select * from described
