-- Figures beside a hidden count that would disclose it: one row per question, with how
-- often the published file answers it. What a hidden cell is, and which files can be
-- behind one, is worked out here again from the published tables.
with

shown as (

    select
        cells.*,
        cells.value_status = any($hidden) as is_count_hidden,
        cells.value_status = any($hidden) or cells.is_denominator_hidden as is_hidden

    from mart.fct_indicator_values as cells

),

hidden as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id

    from shown

    where is_hidden

),

compared as (

    select
        comparisons.*,
        areas.parent_area_code,
        areas.region_area_code,
        shown.is_hidden,
        lag(shown.is_hidden) over (
            partition by
                comparisons.indicator_id,
                comparisons.definition_version,
                comparisons.area_code,
                periods.period_type
            order by periods.start_date
        ) as is_previous_hidden,
        max(shown.is_hidden) over (
            partition by
                comparisons.indicator_id,
                comparisons.definition_version,
                comparisons.area_code,
                periods.period_type
            order by periods.start_date
            rows between 4 preceding and current row
        ) as is_trend_hidden

    from mart.fct_comparisons as comparisons

    inner join shown
        using (indicator_id, definition_version, area_code, period_id)

    inner join mart.dim_areas as areas
        using (area_code)

    inner join mart.dim_periods as periods
        using (period_id)

),

open_extracts as (

    select extract

    from read_csv($extracts, header = true, all_varchar = true)

    where submitter_kind = 'fixed' and kind <> 'record'

),

-- files of the same extract, sender and period as one behind a hidden cell
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

),

-- files of records of which no number of lines may be told
kept_back as (

    select submissions.file_id

    from mart.fct_submissions as submissions

    where
        submissions.extract in (from mart.dim_disclosure_records)
        and (
            submissions.file_id in (from behind)
            or exists (
                select 1 from mart.dim_disclosure_rule as rule_in_force
                where
                    rule_in_force.count_rounding > 1
                    or rule_in_force.total_rounding > 1
            )
        )

),

cited as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        extract,
        file_id

    from mart.fct_lineage

    where extract in (from mart.dim_disclosure_records)

),

cells_cited as (

    select distinct
        indicator_id,
        definition_version,
        area_code,
        period_id,
        extract

    from cited

),

possible as (

    select
        cells_cited.*,
        submissions.file_id

    from cells_cited

    inner join mart.dim_periods as periods
        on cells_cited.period_id = periods.period_id

    inner join mart.fct_submissions as submissions
        on
            cells_cited.extract = submissions.extract
            and submissions.status = 'accepted'

    inner join mart.dim_periods as parts
        on
            submissions.period_id = parts.period_id
            and periods.start_date <= parts.start_date
            and periods.end_date >= parts.end_date

    left join mart.dim_areas as senders
        on submissions.area_code = senders.area_code

    where
        submissions.area_code is null
        or cells_cited.area_code in (
            senders.area_code, senders.parent_area_code, senders.region_area_code
        )

),

left_out as (

    select * from possible
    except
    select * from cited

),

put_in as (

    select * from cited
    except
    select * from possible

),

set_aside_alike as (

    select count(*) as times

    from mart.fct_set_aside

    where
        file_id in (from kept_back)
        and extract in (from mart.dim_disclosure_records)

    group by file_id, column_name, level, reason_code

)

select
    'a value or limit of a hidden cell' as told,
    count(*) as found

from shown

where
    is_hidden
    and coalesce(
        indicator_value, lower_limit, upper_limit, lower_limit_998, upper_limit_998
    ) is not null

union all

select
    'the method of a hidden cell''s limits' as told,
    count(*) as found

from shown

where is_hidden and interval_method is not null

union all

select
    'bounds of a hidden cell' as told,
    count(*) as found

from shown

where is_count_hidden and coalesce(numerator_low, numerator_high) is not null

union all

select
    'a small count' as told,
    count(*) as found

from shown

cross join mart.dim_disclosure_rule as rule_in_force

where shown.numerator between 1 and rule_in_force.threshold

union all

select
    'a comparison of a hidden cell' as told,
    count(*) as found

from compared

where
    is_hidden
    and (
        rank is not null
        or coalesce(benchmark_95, benchmark_998, funnel_position, trend) is not null
        or coalesce(change_method, change_alone, change_among_all) is not null
        or coalesce(
            change, change_lower_limit, change_upper_limit, change_deviates
        ) is not null
    )

union all

select
    'the figure of a hidden total' as told,
    count(*) as found

from compared

inner join shown
    on
        compared.indicator_id = shown.indicator_id
        and compared.definition_version = shown.definition_version
        and compared.period_id = shown.period_id

where
    shown.is_hidden
    and (
        (
            compared.region_area_code = shown.area_code
            and compared.london_value is not null
            -- of other authorities that are complete, `implied.py` asks
            and (
                compared.london_basis is distinct from 'complete_boroughs'
                or compared.london_missing is null
            )
        )
        or (
            compared.parent_area_code = shown.area_code
            and compared.inner_outer_value is not null
        )
    )

union all

select
    'what rests on a region that is not told' as told,
    count(*) as found

from compared

where
    london_value is null
    and (
        coalesce(benchmark_95, benchmark_998, funnel_position) is not null
        or coalesce(london_basis, london_missing) is not null
        or london_areas is not null
    )

union all

select
    'the previous figure of a hidden cell' as told,
    count(*) as found

from compared

where
    is_previous_hidden
    and (
        coalesce(
            previous_value,
            change,
            change_lower_limit,
            change_upper_limit,
            change_deviates
        ) is not null
        or coalesce(change_method, change_alone, change_among_all) is not null
    )

union all

select
    'a trend through a hidden cell' as told,
    count(*) as found

from compared

where
    is_trend_hidden
    and (
        coalesce(trend, trend_among_all) is not null
        or trend_chi_squared is not null
    )

union all

select
    'the digest of a file that can be guessed' as told,
    count(*) as found

from mart.fct_submissions

where
    sha256 is not null
    and (
        status = 'refused'
        or extract is null
        or extract not in (from open_extracts)
    )

union all

select
    'the number of lines behind a hidden cell' as told,
    count(*) as found

from mart.fct_lineage as lineage

inner join hidden
    using (indicator_id, definition_version, area_code, period_id)

where
    lineage.extract in (from mart.dim_disclosure_records)
    and coalesce(
        lineage.numerator_rows,
        lineage.denominator_rows,
        lineage.first_line,
        lineage.last_line
    ) is not null

union all

select
    'which files counted towards a cell' as told,
    (select count(*) from left_out) + (select count(*) from put_in) as found

union all

select
    'the number of lines of a file behind a hidden cell' as told,
    count(*) as found

from mart.fct_submissions

where
    file_id in (from kept_back)
    and coalesce(
        lines_read, rows_accepted, rows_set_aside, rows_duplicate, rows_passed_over
    ) is not null

union all

select
    'how often something was noticed in a file behind a hidden cell' as told,
    count(*) as found

from mart.fct_submission_notices

where file_id in (from kept_back) and occurrences is not null

union all

select
    'how much was set aside in a file behind a hidden cell' as told,
    coalesce(sum(times - 1), 0) as found

from set_aside_alike

union all

select
    'a line of a file of records' as told,
    count(*) as found

from mart.fct_set_aside

where extract in (from mart.dim_disclosure_records) and line_number is not null

union all

select
    'the records set aside beside a hidden cell' as told,
    count(*) as found

from shown

where is_hidden and records_set_aside is not null

union all

select
    'a figure that was or is hidden, as revised' as told,
    count(*) as found

from mart.fct_revisions as revisions

left join shown
    using (indicator_id, definition_version, area_code, period_id)

where
    (
        (revisions.old_status = any($hidden) or revisions.new_status = any($hidden))
        and coalesce(revisions.old_value, revisions.new_value) is not null
    )
    or (
        revisions.new_status = any($hidden)
        and coalesce(revisions.old_numerator, revisions.new_numerator) is not null
        and shown.numerator is null
    )
