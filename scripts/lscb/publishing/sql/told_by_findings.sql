-- Findings that would disclose a hidden count: one row per question, with how often
-- the published file answers it.
with

hidden as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id

    from mart.fct_indicator_values

    where value_status = any($hidden) or is_denominator_hidden

),

linked as (

    select
        first_indicator_id as one,
        second_indicator_id as other

    from mart.dim_disclosure_links

    union

    select
        second_indicator_id as one,
        first_indicator_id as other

    from mart.dim_disclosure_links

    union

    select
        indicator_id as one,
        indicator_id as other

    from hidden

),

-- indicators and areas of which a finding about a figure would tell a hidden one
near as (

    select distinct
        linked.one as indicator_id,
        hidden.area_code

    from linked

    inner join hidden on linked.other = hidden.indicator_id

),

open_extracts as (

    select extract

    from read_csv($extracts, header = true, all_varchar = true)

    where submitter_kind = 'fixed' and kind <> 'record'

),

behind as (

    select distinct alike.file_id

    from mart.fct_lineage

    inner join hidden
        using (indicator_id, definition_version, area_code, period_id)

    inner join mart.fct_submissions as submissions
        using (file_id)

    inner join mart.fct_submissions as alike
        on
            submissions.extract = alike.extract
            and submissions.submitter = alike.submitter
            and submissions.period_id = alike.period_id

    where alike.extract not in (from open_extracts)

),

flags as (

    select
        found.*,
        found.suite || '/' || found.rule_code <> all($arrivals) as is_of_contents

    from mart.fct_quality_flags as found

)

select
    'a finding about a hidden cell' as told,
    count(*) as found

from flags

inner join hidden
    using (indicator_id, definition_version, area_code, period_id)

union all

select
    'a finding about the figures of an area beside a hidden cell' as told,
    count(*) as found

from flags

inner join near
    using (indicator_id, area_code)

where flags.category not in ('completeness', 'timeliness')

union all

select
    'a finding about what is in a file behind a hidden cell' as told,
    count(*) as found

from flags

where file_id in (from behind) and is_of_contents

union all

select
    'a finding about what stood before' as told,
    count(*) as found

from flags

where state = 'resolved' and is_of_contents

union all

select
    'another number of findings than are disclosed' as told,
    count(*) as found

from mart.fct_quality_results as results

where
    results.rows_failing <> (
        select count(*) from flags
        where
            flags.suite = results.suite
            and flags.rule_code = results.rule_code
            and flags.state <> 'resolved'
    )
