-- one row per indicator, definition and measure that a sender's own return of a period
-- holds, of the file that stands: as it was sent, a number or a mark
with

standing as (

    select file_id

    from intermediate.int_blocks

    where
        extract = $of_extract
        and submitter_code = $of_submitter
        and period_id = $of_period

)

select
    sent.indicator_id,
    sent.definition_version,
    coalesce(sent.measure, '') as measure,
    sent.numerator,
    sent.numerator_mark,
    sent.denominator,
    sent.denominator_mark

from staging.stg_boroughs__returns as sent

inner join standing
    on sent.file_id = standing.file_id

where sent.record_state = 'accepted'
