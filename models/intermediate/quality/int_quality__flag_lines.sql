{#-
    One row per open flag on a file of records and line that it speaks of: the records of
    the bucket that stood out, fetched from the files that are flagged and no others. What
    is missing, and what is wrong throughout, has no line. Not published: the lines of a
    file of records count children.
-#}

with

flags as (

    select * from {{ ref('fct_quality_flags') }}

    where
        state <> 'resolved'
        and rule_code in (
            'dates_heaped_on_the_first',
            'dates_heaped_on_a_weekday',
            'dates_out_of_order',
            'category_share_jumps',
            'borough_share_jumps',
            'offence_class_before_its_time',
            'counts_rounded'
        )

),

flagged_files as (

    select distinct file_id

    from flags

),

profiles as (

    select * from {{ ref('int_quality__profiles') }}

),

records as (

    {{ fetch_records('flagged_files') }}

),

busiest_weekdays as (

    select
        file_id,
        bucket,
        row_number() over (
            partition by file_id
            order by row_count desc, bucket asc
        ) as busyness

    from profiles

    where profile = 'weekday'

),

lines as (

    select distinct
        flags.flag_id,
        flags.rule_code,
        flags.file_id,
        records.line_number

    from flags

    inner join records
        on flags.file_id = records.file_id

    left join busiest_weekdays
        on
            flags.file_id = busiest_weekdays.file_id
            and busiest_weekdays.busyness = 1

    where
        case flags.rule_code
            when 'dates_heaped_on_the_first'
                then records.profile = 'day_of_month' and records.bucket = '1'
            when 'dates_heaped_on_a_weekday'
                then
                    records.profile = 'weekday'
                    and records.bucket = busiest_weekdays.bucket
            when 'dates_out_of_order'
                then records.profile = 'order' and records.bucket <> 'in order'
            when 'category_share_jumps'
                then
                    records.profile = 'category'
                    and concat(
                        records.column_name, ' ', coalesce(records.bucket, 'blank')
                    ) = flags.detail
            when 'borough_share_jumps'
                then
                    records.column_name = 'area_code'
                    and records.bucket = flags.area_code
            when 'offence_class_before_its_time'
                then
                    records.column_name = 'offence_class'
                    and records.bucket = flags.detail
            when 'counts_rounded'
                then records.profile = 'final_digit' and records.bucket in ('0', '5')
        end

)

select * from lines
