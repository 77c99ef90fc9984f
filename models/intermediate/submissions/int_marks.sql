{#-
    One row per extract and mark: what the mark means where it stands. A return may
    carry any publisher's marks, in one reading; Ofsted and the DfE have their own.
-#}

with

marks as (

    select * from {{ ref('marks') }}

    where value_status <> 'not_a_mark'

),

survey_marks as (

    select distinct mark as survey_mark

    from marks

    where publisher = 'OFSTED'

),

readings as (

    select
        'lscb_return' as extract,
        mark,
        value_status,
        low,
        high

    from marks

    where publisher = 'any'

    union all

    select
        'tellus_survey' as extract,
        marks.mark,
        marks.value_status,
        marks.low,
        marks.high

    from marks

    left join survey_marks
        on marks.mark = survey_marks.survey_mark

    where
        marks.publisher = 'OFSTED'
        or (marks.publisher = 'any' and survey_marks.survey_mark is null)

    union all

    select
        'ees_statistics' as extract,
        mark,
        value_status,
        low,
        high

    from marks

    where publisher = 'DfE'

)

select * from readings
