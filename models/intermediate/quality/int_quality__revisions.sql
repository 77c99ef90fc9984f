{#-
    One row per figure of a return of which a later version of the file stands: the
    figure that stands beside the one sent before it, withdrawn ones included.
-#}

with

returns as (

    select * from {{ ref('stg_boroughs__returns') }}

    where record_state = 'accepted'

),

submissions as (

    select * from {{ ref('int_submissions') }}

    where extract = 'lscb_return'

),

versions as (

    select
        standing.file_id,
        standing.submitter_code as area_code,
        standing.period_id,
        max(earlier.version) as earlier_version

    from submissions as standing

    inner join submissions as earlier
        on
            standing.submitter_code = earlier.submitter_code
            and standing.period_id = earlier.period_id
            and standing.version > earlier.version
            and earlier.submission_status = 'superseded'

    where standing.submission_status = 'accepted'

    group by standing.file_id, standing.submitter_code, standing.period_id

),

earlier_lines as (

    select
        versions.file_id,
        versions.area_code,
        versions.period_id,
        returns.indicator_id,
        returns.definition_version,
        coalesce(returns.measure, '') as measure,
        max(returns.numerator) as earlier_numerator,
        max(returns.denominator) as earlier_denominator

    from versions

    inner join submissions
        on
            versions.area_code = submissions.submitter_code
            and versions.period_id = submissions.period_id
            and versions.earlier_version = submissions.version
            and submissions.submission_status = 'superseded'

    inner join returns
        on submissions.file_id = returns.file_id

    group by
        versions.file_id,
        versions.area_code,
        versions.period_id,
        returns.indicator_id,
        returns.definition_version,
        coalesce(returns.measure, '')

),

described as (

    select
        earlier_lines.indicator_id,
        earlier_lines.definition_version,
        earlier_lines.area_code,
        earlier_lines.period_id,
        earlier_lines.file_id,
        returns.line_number,

        earlier_lines.earlier_numerator,
        earlier_lines.earlier_denominator,
        returns.numerator,
        returns.denominator,
        returns.line_number is null as is_withdrawn,
        {{ count_departure('returns.numerator', 'earlier_lines.earlier_numerator') }}
            as departure

    from earlier_lines

    left join returns
        on
            earlier_lines.file_id = returns.file_id
            and earlier_lines.indicator_id = returns.indicator_id
            and earlier_lines.definition_version = returns.definition_version
            and earlier_lines.measure = coalesce(returns.measure, '')

)

select * from described
