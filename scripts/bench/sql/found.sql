-- Every finding about a file, by its name, but those that come of what was not sent:
-- what else was due, the rest of a year, populations; and figures of a year that come
-- of its quarters, where none of these was sent. On purpose it names the rules itself
-- and reads nothing of what they say that they need more: it is what `lscb check` is
-- held against, so a rule that wrongly says that it needs more is a difference.
with

quarters_sent as (

    select distinct
        files.area_code,
        periods.year_period_id

    from mart.fct_submissions as files

    inner join mart.dim_periods as periods
        on files.period_id = periods.period_id

    where files.extract = 'lscb_return' and periods.period_type = 'quarter'

),

lines as (

    select
        flag_id,
        list(line_number order by line_number) as line_numbers

    from intermediate.int_quality__flag_lines

    group by flag_id

)

select
    submissions.file_name,
    flags.rule_code,
    flags.message,
    flags.what_to_do,
    coalesce(
        cast(flags.line_number as varchar),
        concat(
            array_to_string(lines.line_numbers[:20], ', '),
            ' and ' || nullif(greatest(len(lines.line_numbers) - 20, 0), 0) || ' more'
        )
    ) as lines_told

from mart.fct_quality_flags as flags

inner join mart.fct_submissions as submissions
    on flags.file_id = submissions.file_id

left join mart.dim_indicators as indicators
    on
        flags.indicator_id = indicators.indicator_id
        and flags.definition_version = indicators.definition_version

left join mart.dim_periods as periods
    on flags.period_id = periods.period_id

left join quarters_sent
    on
        flags.area_code = quarters_sent.area_code
        and flags.period_id = quarters_sent.year_period_id

left join lines
    on flags.flag_id = lines.flag_id

where
    flags.category <> 'timeliness'
    and flags.rule_code not in (
        'submission_missing', 'submission_refused', 'period_stands_alone',
        'year_incomplete'
    )
    and (
        flags.rule_code <> 'denominator_missing'
        or indicators.denominator_basis is distinct from 'population'
    )
    and (
        flags.rule_code <> 'figure_missing'
        or periods.period_type <> 'financial_year'
        or indicators.year_from_quarters = 'none'
        or quarters_sent.area_code is not null
    )
