{#-
    One row per standing police file: under how many crime references its offences stand,
    and under how many of them offences of several classes stand. An offence is of one
    class, however many victims it has.
-#}

with

submissions as (

    select * from {{ ref('int_quality__placed_files') }}

    where submission_status = 'accepted'

),

crimes as (

    select
        file_id,
        crime_ref,
        count(*) as row_count,
        count(distinct offence_class) as offence_classes

    from {{ ref('stg_police__offences') }}

    where record_state = 'accepted'

    group by file_id, crime_ref

),

described as (

    select
        cast(null as string) as indicator_id,
        cast(null as bigint) as definition_version,
        submissions.area_code,
        submissions.period_id,
        submissions.file_id,
        cast(null as bigint) as line_number,

        count(*) as crime_refs,
        cast(sum(crimes.row_count) as bigint) as records,
        count(case when crimes.offence_classes > 1 then 1 end) as refs_of_several,
        cast(
            sum(case when crimes.offence_classes > 1 then crimes.row_count else 0 end)
            as bigint
        ) as records_of_several

    from crimes

    inner join submissions
        on crimes.file_id = submissions.file_id

    group by submissions.file_id, submissions.area_code, submissions.period_id

)

select * from described
