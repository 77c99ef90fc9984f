"""Figures beside a hidden count that would tell it, looked for in the finished file.

Each query asks one question of what is published, and must find nothing. What a hidden
cell is, which files can be behind it and which findings look into them is worked out
here anew from the published tables.
"""

from collections.abc import Iterable

import duckdb

from lscb.disclosure.attack import Mark, PublishedCell
from lscb.disclosure.structure import Key
from lscb.publishing.cells import HIDDEN_STATUSES, NUMERATOR, RowKey, series_of
from lscb.publishing.hiding import is_published_sql
from lscb.publishing.settled import told_unsettled
from lscb.quality.suites import ARRIVAL, load_rules
from lscb.settings import PROJECT
from lscb.sql import literal

HIDDEN = ", ".join(map(literal, HIDDEN_STATUSES))
IS_HIDDEN = f"(shown.value_status in ({HIDDEN}) or shown.is_denominator_hidden)"
KEYS = "indicator_id, definition_version, area_code, period_id"
ROUNDS = (
    "exists (select 1 from mart.dim_disclosure_rule"
    " where count_rounding > 1 or total_rounding > 1)"
)
OF_RECORDS = "extract in (select extract from mart.dim_disclosure_records)"

# Files of the same extract, sender and period as one behind a hidden cell.
BEHIND = f"""
    with hidden as (
        select {KEYS} from mart.fct_indicator_values as shown where {IS_HIDDEN}
    ),
    cited as (
        select distinct file_id from mart.fct_lineage inner join hidden using ({KEYS})
    ),
    behind as (
        select distinct others.* from cited
        inner join mart.fct_submissions as files using (file_id)
        inner join mart.fct_submissions as others
            on files.extract = others.extract
            and files.submitter = others.submitter
            and files.period_id = others.period_id
    )
"""

TOLD_BESIDE = {
    "a value or limit of a hidden cell": f"""
        select count(*) from mart.fct_indicator_values as shown where {IS_HIDDEN}
        and coalesce(indicator_value, lower_limit, upper_limit, lower_limit_998,
            upper_limit_998) is not null
    """,
    "the method of a hidden cell's limits": f"""
        select count(*) from mart.fct_indicator_values as shown
        where {IS_HIDDEN} and interval_method is not null
    """,
    "bounds of a hidden cell": f"""
        select count(*) from mart.fct_indicator_values
        where value_status in ({HIDDEN})
        and coalesce(numerator_low, numerator_high) is not null
    """,
    "a small count": """
        select count(*) from mart.fct_indicator_values, mart.dim_disclosure_rule
        where numerator between 1 and threshold
    """,
    "a comparison of a hidden cell": f"""
        select count(*) from mart.fct_comparisons as compared
        inner join mart.fct_indicator_values as shown using ({KEYS})
        where {IS_HIDDEN} and rank is not null
        or {IS_HIDDEN} and coalesce(benchmark_95, benchmark_998, funnel_position,
            trend) is not null
        or {IS_HIDDEN} and change is not null
    """,
    "the figure of a hidden total": f"""
        select count(*) from mart.fct_comparisons as compared
        inner join mart.dim_areas as areas using (area_code)
        inner join mart.fct_indicator_values as shown
            on compared.indicator_id = shown.indicator_id
            and compared.definition_version = shown.definition_version
            and compared.period_id = shown.period_id
            and (
                (shown.area_code = areas.region_area_code and london_value is not null)
                or (
                    shown.area_code = areas.parent_area_code
                    and inner_outer_value is not null
                )
            )
        where {IS_HIDDEN}
    """,
    "the previous figure of a hidden cell": f"""
        with ordered as (
            select compared.*, lag({IS_HIDDEN}) over (
                partition by indicator_id, definition_version, area_code, period_type
                order by start_date
            ) as is_previous_hidden
            from mart.fct_comparisons as compared
            inner join mart.fct_indicator_values as shown using ({KEYS})
            inner join mart.dim_periods using (period_id)
        )
        select count(*) from ordered where is_previous_hidden
        and coalesce(previous_value, change) is not null
    """,
    "the digest of a file that can be guessed": f"""
        select count(*) from mart.fct_submissions
        where sha256 is not null and not ({is_published_sql(PROJECT / "seeds")})
    """,
    "the number of lines behind a hidden cell": f"""
        select count(*) from mart.fct_lineage as lineage
        inner join mart.fct_indicator_values as shown using ({KEYS})
        where {IS_HIDDEN} and extract in (
            select extract from mart.dim_disclosure_records
        )
        and coalesce(numerator_rows, denominator_rows, first_line, last_line)
            is not null
    """,
    "which files counted towards a cell": f"""
        with cells as (
            select distinct {KEYS}, extract from mart.fct_lineage where {OF_RECORDS}
        ),
        possible as (
            select cells.*, files.file_id
            from cells
            inner join mart.dim_periods as periods using (period_id)
            inner join mart.fct_submissions as files
                on cells.extract = files.extract and files.status = 'accepted'
            inner join mart.dim_periods as parts
                on files.period_id = parts.period_id
                and parts.start_date >= periods.start_date
                and parts.end_date <= periods.end_date
            left join mart.dim_areas as senders on files.area_code = senders.area_code
            where files.area_code is null or cells.area_code in (
                senders.area_code, senders.parent_area_code, senders.region_area_code
            )
        ),
        told as (
            select {KEYS}, extract, file_id from mart.fct_lineage where {OF_RECORDS}
        )
        select (select count(*) from (from possible except from told))
            + (select count(*) from (from told except from possible))
    """,
    "the number of lines of a file behind a hidden cell": f"""
        {BEHIND}
        select count(*) from mart.fct_submissions
        where {OF_RECORDS} and (file_id in (select file_id from behind) or {ROUNDS})
        and coalesce(lines_read, rows_accepted, rows_set_aside, rows_duplicate,
            rows_passed_over) is not null
    """,
    "how often something was noticed in a file behind a hidden cell": f"""
        {BEHIND}
        select count(*) from mart.fct_submission_notices
        where {OF_RECORDS} and (file_id in (select file_id from behind) or {ROUNDS})
        and occurrences is not null
    """,
    "how much was set aside in a file behind a hidden cell": f"""
        {BEHIND}
        select coalesce(sum(times - 1), 0) from (
            select count(*) as times from mart.fct_set_aside
            where {OF_RECORDS} and (file_id in (select file_id from behind) or {ROUNDS})
            group by file_id, column_name, level, reason_code
        )
    """,
    "a line of a file of records": f"""
        select count(*) from mart.fct_set_aside
        where {OF_RECORDS} and line_number is not null
    """,
    "the records set aside beside a hidden cell": f"""
        select count(*) from mart.fct_indicator_values as shown
        where {IS_HIDDEN} and records_set_aside is not null
    """,
    "a figure that was or is hidden, as revised": f"""
        select count(*) from mart.fct_revisions as revisions
        left join mart.fct_indicator_values as shown using ({KEYS})
        where (
            (old_status in ({HIDDEN})
                or new_status in ({HIDDEN}))
            and coalesce(old_value, new_value) is not null
        )
        or (
            new_status in ({HIDDEN})
            and coalesce(old_numerator, new_numerator) is not null
            and shown.numerator is null
        )
    """,
}

ARRIVALS = ", ".join(
    f"({literal(rule.suite)}, {literal(rule.rule_code)})"
    for rule in load_rules()
    if rule.speaks_of == ARRIVAL
)

TOLD_BY_COVERAGE = {
    "that a hidden cell is partial": f"""
        select count(*) from mart.fct_coverage
        inner join mart.fct_indicator_values as shown using ({KEYS})
        where {IS_HIDDEN} and coverage_status = 'partial'
        and blocks_in = blocks_expected
    """,
}

TOLD_BY_FINDINGS = {
    "a finding about a hidden cell": f"""
        select count(*) from mart.fct_quality_flags
        inner join mart.fct_indicator_values as shown using ({KEYS})
        where {IS_HIDDEN}
    """,
    "a finding about the figures of an area beside a hidden cell": f"""
        with hidden as (
            select distinct indicator_id, area_code
            from mart.fct_indicator_values as shown where {IS_HIDDEN}
        ),
        linked as (
            select first_indicator_id as one, second_indicator_id as other
            from mart.dim_disclosure_links
            union select second_indicator_id, first_indicator_id
            from mart.dim_disclosure_links
            union select indicator_id, indicator_id from hidden
        )
        select count(*) from mart.fct_quality_flags as flags
        where category not in ('completeness', 'timeliness') and exists (
            select 1 from linked
            inner join hidden on linked.other = hidden.indicator_id
            where linked.one = flags.indicator_id
            and hidden.area_code = flags.area_code
        )
    """,
    "a finding about what is in a file behind a hidden cell": f"""
        {BEHIND}
        select count(*) from mart.fct_quality_flags
        where file_id in (
            select file_id from behind where extract not in (
                select extract from read_csv(
                    {literal(str(PROJECT / "seeds/reference/extracts.csv"))},
                    header = true, all_varchar = true
                ) where submitter_kind = 'fixed' and kind <> 'record'
            )
        )
        and (suite, rule_code) not in ({ARRIVALS})
    """,
    "a finding about what stood before": f"""
        select count(*) from mart.fct_quality_flags
        where state = 'resolved' and (suite, rule_code) not in ({ARRIVALS})
    """,
    "another number of findings than are told": """
        select count(*) from mart.fct_quality_results as results
        where rows_failing <> (
            select count(*) from mart.fct_quality_flags as flags
            where flags.suite = results.suite and flags.rule_code = results.rule_code
            and flags.state <> 'resolved'
        )
    """,
}
"""Asked where there are findings and coverage: a small mart may have none."""


def hidden_before(
    connection: duckdb.DuckDBPyConnection, before: Iterable[PublishedCell]
) -> int:
    """How many counts are listed as revised that the publication before had hidden."""
    hidden = {cell.key for cell in before if cell.mark in (Mark.SMALL, Mark.HIDDEN)}
    listed = connection.execute(
        f"select {KEYS} from mart.fct_revisions"
        " where coalesce(old_numerator, new_numerator) is not null"
    ).fetchall()
    rows = (RowKey(*values) for values in listed)
    return sum(
        Key(series_of(row, NUMERATOR), row.area_code, row.period_id) in hidden
        for row in rows
    )


def told_beside(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What stands in a published file beside hidden counts and tells of them."""
    tables = {
        table
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'mart'"
        ).fetchall()
    }
    asked = dict(TOLD_BESIDE)
    if "fct_coverage" in tables:
        asked |= TOLD_BY_COVERAGE
    if {"fct_quality_flags", "fct_quality_results"} <= tables:
        asked |= TOLD_BY_FINDINGS
    told = {
        name: int(found)
        for name, query in asked.items()
        if (found := connection.execute(query).fetchone()[0])
    }
    if unsettled := told_unsettled(connection):
        told[f"what nobody settled: {', '.join(unsettled[:5])}"] = len(unsettled)
    return told
