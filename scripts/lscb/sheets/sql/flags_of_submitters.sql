-- A flag goes to who sent the file, else to whose submission is missing, else to who is
-- to send the figure that it names, else to the authority; what two senders tell
-- differently goes to both. What is of nobody who sends, such as a total, has no
-- submitter; it is left out where it asks senders to mend lines, of which each is told
-- in its own sheet. A population that is missing is nobody's who is divided by it, and
-- so the keeper's; a year's figure that comes of its quarters is told by the quarter.
-- Of many lines some are named.
create temporary table flags_of_submitters as
with

senders as (

    select submitter as code

    from mart.fct_submissions

    where submitter is not null

    union

    select submitter_code

    from intermediate.int_quality__submissions

),

placed as (

    select
        flag_id,
        line_number,
        row_number() over (partition by flag_id order by line_number) as place

    from intermediate.int_quality__flag_lines

),

lines_of_flags as (

    select
        flag_id,
        lines_told(line_number, place) as line_numbers

    from placed

    group by flag_id

),

-- files of which a later version is in
replaced as (

    select distinct earlier.file_id

    from mart.fct_submissions as earlier

    inner join mart.fct_submissions as later
        on
            earlier.extract = later.extract
            and earlier.submitter = later.submitter
            and earlier.period_id = later.period_id
            and earlier.version < later.version

    where earlier.status <> 'accepted' and later.status = 'accepted'

),

set_aside as (

    select distinct
        file_id,
        line_number

    from mart.fct_set_aside

),

flags as (

    select
        flags.*,
        coalesce(rules.is_asked, false) as is_asked,
        coalesce(rules.is_asked_of_both, false) as is_asked_of_both,
        coalesce(cast(flags.line_number as varchar), lines_of_flags.line_numbers)
            as line_numbers,
        case
            when
                rules.needs_more = 'populations'
                and indicators.denominator_basis = 'population'
                then null
            else coalesce(
                submissions.submitter,
                case
                    when flags.suite = 'submissions'
                        then split_part(flags.detail, ' ', 2)
                end,
                coverage.submitter,
                flags.area_code
            )
        end as about,
        coalesce(
            rules.needs_more = 'quarters_of_the_year'
            and periods.period_type = 'financial_year'
            and indicators.year_from_quarters <> 'none',
            false
        ) as is_told_by_quarters,
        replaced.file_id is not null as is_replaced,
        set_aside.file_id is not null as is_of_lines_set_aside

    from mart.fct_quality_flags as flags

    left join mart.fct_submissions as submissions
        using (file_id)

    left join mart.fct_coverage as coverage
        on
            flags.indicator_id = coverage.indicator_id
            and flags.definition_version = coverage.definition_version
            and flags.area_code = coverage.area_code
            and flags.period_id = coverage.period_id

    left join mart.dim_indicators as indicators
        on
            flags.indicator_id = indicators.indicator_id
            and flags.definition_version = indicators.definition_version

    left join mart.dim_periods as periods
        on flags.period_id = periods.period_id

    left join lines_of_flags
        using (flag_id)

    left join rules
        using (suite, rule_code)

    left join replaced
        using (file_id)

    left join set_aside
        on
            flags.file_id = set_aside.file_id
            and flags.line_number = set_aside.line_number

),

-- who sent what the numerator of the flag's figure was counted from
others as (

    select distinct
        flags.flag_id,
        submissions.submitter

    from flags

    inner join mart.fct_lineage as lineage
        on
            flags.indicator_id = lineage.indicator_id
            and flags.area_code = lineage.area_code
            and flags.period_id = lineage.period_id

    inner join mart.fct_submissions as submissions
        on lineage.file_id = submissions.file_id

    where
        flags.is_asked_of_both
        and lineage.numerator_rows > 0
        and submissions.submitter <> flags.about

)

select
    flags.*,
    false as is_of_other,
    senders.code as submitter

from flags

left join senders
    on flags.about = senders.code

where
    senders.code is not null
    or flags.file_id is not null
    or flags.owner <> 'sender of the extract'

union all

select
    flags.*,
    true as is_of_other,
    others.submitter

from flags

inner join others
    using (flag_id)
