{#-
    One row per line and month of the borough crime tables that stands, and of each
    the file that spoke of the area and month before it. For each classification, area
    and month the file received last stands (then the higher version, then the name)
    among those that say anything of it: a blank column revises nothing. A record whose
    area cannot be read stands with its file.
-#}

with

borough_crime as (

    select * from {{ ref('stg_gla__borough_crime') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

    where
        extract = 'mps_borough_crime'
        and submission_status = 'accepted'
        and records_removed_on is null

),

-- months that were not over when the file came hold a part of themselves
dated as (

    select
        borough_crime.*,
        submissions.received_at,
        submissions.version,
        submissions.period_id as file_label,
        submissions.file_name,
        coalesce(
            submissions.received_at
            < cast(
                {{ add_months('borough_crime.month_start_date', 1) }} as timestamp
            ),
            false
        ) as is_month_running

    from borough_crime

    inner join submissions
        on borough_crime.file_id = submissions.file_id

),

area_months as (

    select
        classification,
        month_start_date,
        area_code,
        file_id,
        min(received_at) as received_at,
        min(version) as version,
        min(file_label) as file_label,
        min(file_name) as file_name,
        max(
            case
                when
                    offences is not null
                    or offences_mark is not null
                    or values_set_aside is not null
                    or record_state = 'set_aside'
                    then 1
                else 0
            end
        ) as says_something

    from dated

    where area_code is not null

    group by classification, month_start_date, area_code, file_id

),

ranked as (

    select
        classification,
        month_start_date,
        area_code,
        file_id,
        says_something,
        row_number() over (
            partition by classification, month_start_date, area_code
            order by
                says_something desc,
                received_at desc,
                version desc,
                file_label desc,
                file_name desc,
                file_id desc
        ) as recency

    from area_months

),

standing_files as (

    select distinct
        classification,
        month_start_date,
        file_id

    from ranked

    where recency = 1

),

standing as (

    select
        dated.*,
        earlier.file_id as earlier_file_id

    from dated

    inner join ranked
        on
            dated.classification = ranked.classification
            and dated.month_start_date = ranked.month_start_date
            and dated.area_code = ranked.area_code
            and dated.file_id = ranked.file_id
            and ranked.recency = 1

    left join ranked as earlier
        on
            dated.classification = earlier.classification
            and dated.month_start_date = earlier.month_start_date
            and dated.area_code = earlier.area_code
            and earlier.recency = 2
            and earlier.says_something = 1

    union all

    select
        dated.*,
        cast(null as string) as earlier_file_id

    from dated

    inner join standing_files
        on
            dated.classification = standing_files.classification
            and dated.month_start_date = standing_files.month_start_date
            and dated.file_id = standing_files.file_id

    where dated.area_code is null

)

select * from standing
