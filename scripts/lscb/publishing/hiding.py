"""Take out of the mart tables what must not be published.

Works on copies in memory: a figure that was once written to the published file could
stay in its free blocks. What is hidden loses its number, and every number elsewhere
that rests on it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from lscb.disclosure.problem import Rule
from lscb.publishing.cells import (
    DENOMINATOR,
    NUMERATOR,
    TOTAL_AREAS,
    Facts,
    Row,
    RowKey,
    neighbours_sql,
)
from lscb.publishing.protection import Protection, is_too_narrow
from lscb.publishing.telling import columns_of, replace_table, tell
from lscb.quality.suites import ARRIVAL, load_rules
from lscb.sql import insert_rows, read_query
from lscb.statuses import FIGURES, statuses

SQL = Path(__file__).with_name("sql")
KEYS = "indicator_id, definition_version, area_code, period_id"
LONDON = "region"

# What a column of the published file adds to those of the warehouse.
ADDED_COLUMNS = {
    ("fct_indicator_values", "is_denominator_hidden"): (
        "Whether the denominator is left out to protect a count of children; where it "
        "is false, an empty denominator was never there."
    ),
}

WITHHELD = "refused"
"""The status of a row of which nothing is said."""

DIGEST_COMMENT = (
    "SHA-256 of the file as sent, where it is one of published statistics; the owner of"
    " the data has that of every file. Empty for any other."
)

# Column of fct_comparisons, and the condition under which it must go.
MEASURED = {
    "london_value": "is_london_hidden",
    "london_basis": "is_london_hidden",
    "london_areas": "is_london_hidden",
    "london_missing": "is_london_hidden",
    "inner_outer_value": "is_parent_hidden",
    "neighbours_value": "is_neighbour_hidden and neighbours_shown is null",
    "quartile": "quartile is not null and quartile is distinct from quartile_told",
    "rank": "is_hidden and rank is not null",
    "benchmark_95": "is_hidden or is_london_hidden",
    "benchmark_998": "is_hidden or is_london_hidden",
    "funnel_position": "is_hidden or is_london_hidden",
    "previous_value": "is_previous_hidden",
    **dict.fromkeys(
        (
            "change",
            "change_lower_limit",
            "change_upper_limit",
            "change_method",
            "change_alone",
            "change_deviates",
            "change_among_all",
        ),
        "is_hidden or is_previous_hidden",
    ),
    **dict.fromkeys(
        ("trend", "trend_chi_squared", "trend_among_all"), "is_trend_hidden"
    ),
}

SUPPRESSED, ROUNDED = "suppressed", "rounded"
PARTLY_HIDDEN = "neighbours_partly_hidden"
REASONS_TO_HIDE = {SUPPRESSED, ROUNDED, PARTLY_HIDDEN}
"""Why a comparison that the warehouse has is not published, or not whole."""

# Column of fct_targets, and the condition under which it must go.
RESTING = {
    "indicator_value": "is_figure_hidden",
    "gap": "is_figure_hidden",
    "target_standing": "is_figure_hidden",
    "standing_reason": "is_figure_hidden",
    "standing_basis": "is_figure_hidden or is_course_hidden",
    "base_period_id": "is_course_hidden",
    "course_period_id": "is_course_hidden",
    "path_value": "is_course_hidden",
    "course": "is_course_hidden",
    "course_reason": "is_course_hidden",
}
TARGET_REASONS = {
    "standing_reason": "reason_hidden",
    "course_reason": "reason_hidden",
}

SUBMISSION_COUNTS = (
    "lines_read",
    "rows_accepted",
    "rows_set_aside",
    "rows_duplicate",
    "rows_passed_over",
)


def hide(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterable[Row],
    facts: Facts,
    protection: Protection,
    rule: Rule,
    seeds: Path,
) -> None:
    """Hide in the tables of schema `mart` what the protection says."""
    rows = list(rows)
    _mark(connection, rows, facts, protection, rule)
    _hide_values(connection)
    _round_values(connection, rule)
    _hide_comparisons(connection, rule, seeds)
    _hide_coverage(connection)
    _hide_targets(connection, rule)
    _sort_extracts(connection, seeds)
    _hide_files(connection, rule)
    _hide_digests(connection)
    _hide_flags(connection)
    tell(connection, seeds)


def _mark(
    connection: duckdb.DuckDBPyConnection,
    rows: list[Row],
    facts: Facts,
    protection: Protection,
    rule: Rule,
) -> None:
    """A table of what happens to each row that loses anything."""
    told = told_bounds(rows, facts, protection, rule)
    marks = []
    for row in rows:
        if row.key in protection.withheld:
            has_denominator = (row.key, DENOMINATOR) in protection.cells.keys
            marks.append((*row.key, WITHHELD, has_denominator, True))
            continue
        numerator = protection.mark(row.key, NUMERATOR)
        if row.known_numerator is None:
            numerator = None
        denominator = protection.mark(row.key, DENOMINATOR) is not None
        has_bounds = row.low is not None or row.high is not None
        loses_bounds = has_bounds and (numerator is not None or row.key not in told)
        if numerator or denominator or loses_bounds:
            marks.append((*row.key, numerator, denominator, loses_bounds))
    connection.execute(
        "create temp table marks (indicator_id varchar, definition_version bigint,"
        " area_code varchar, period_id varchar, numerator_mark varchar,"
        " hides_denominator boolean, loses_bounds boolean)"
    )
    insert_rows(connection, "marks", marks)
    connection.execute(
        "create temp table hidden as"
        f" select {KEYS} from marks where numerator_mark is not null"
        " or hides_denominator"
    )


def told_bounds(
    rows: Iterable[Row], facts: Facts, protection: Protection, rule: Rule
) -> frozenset[RowKey]:
    """Rows whose bounds may stay, because anybody could work them out.

    The bounds of a count that its source suppressed come with the source's mark. Those
    of a total stay where they follow from what is shown of its parts.
    """
    by_key = {row.key: row for row in rows}
    totals = set(protection.cells.unknown_totals)
    parts_of = _parts(by_key, facts)
    ranges: dict[RowKey, tuple[int, int | None]] = {}
    told: set[RowKey] = set()

    def range_of(key: RowKey) -> tuple[int, int | None]:
        if key not in ranges:
            ranges[key] = calculate(by_key[key])
        return ranges[key]

    def calculate(row: Row) -> tuple[int, int | None]:
        if row.key in protection.withheld:
            return 0, None
        if protection.mark(row.key, NUMERATOR) and row.known_numerator is not None:
            return 1, None
        if row.known_numerator is not None:
            if row.numerator is None:
                told.add(row.key)
            return row.known_numerator, row.known_numerator
        low, high = row.low or 0, row.high
        if row.low is None and row.value_status != "suppressed_at_source":
            return 0, 0
        if row.key not in totals:
            if is_too_narrow(low, high, rule):
                return min(low, 1), None
            told.add(row.key)
            return low, high
        parts = [range_of(part) for part in parts_of.get(row.key, ())]
        least = sum(part[0] for part in parts)
        most = None
        if all(part[1] is not None for part in parts):
            most = sum(part[1] for part in parts)
        if low <= least and (high is None or (most is not None and high >= most)):
            told.add(row.key)
            return low, high
        return 0, None

    for key in by_key:
        range_of(key)
    return frozenset(told)


def _parts(by_key: Mapping[RowKey, Row], facts: Facts) -> dict[RowKey, list[RowKey]]:
    """The rows whose counts make up each total: areas first, else quarters."""
    parts: dict[RowKey, list[RowKey]] = {}
    for key in by_key:
        parent = facts.parents.get(key.area_code)
        if parent is not None:
            parts.setdefault(key._replace(area_code=parent), []).append(key)
        year = facts.years.get(key.period_id)
        if year is not None and facts.area_types[key.area_code] not in TOTAL_AREAS:
            parts.setdefault(key._replace(period_id=year), []).append(key)
    return parts


def _hide_values(connection: duckdb.DuckDBPyConnection) -> None:
    """The value table: no number where one is hidden, nor one made from it."""
    columns = columns_of(connection, "fct_indicator_values")
    is_hidden = "marks.numerator_mark is not null or coalesce(hides_denominator, false)"
    emptied = {
        "numerator": "numerator_mark is not null",
        "denominator": "coalesce(hides_denominator, false)",
        "numerator_low": "coalesce(loses_bounds, false)",
        "numerator_high": "coalesce(loses_bounds, false)",
        "records_set_aside": f"{is_hidden} or shown.records_set_aside between 1 and 5",
    } | dict.fromkeys(
        (
            "indicator_value",
            "lower_limit",
            "upper_limit",
            "lower_limit_998",
            "upper_limit_998",
            "interval_method",
        ),
        is_hidden,
    )
    chosen = [
        f"case when not ({emptied[column]}) then shown.{column} end as {column}"
        if column in emptied
        else f"shown.{column}"
        for column in columns
        if column != "value_status"
    ]
    chosen.insert(
        columns.index("value_status"),
        "case when numerator_mark is not null then numerator_mark"
        " when hides_denominator and shown.indicator_value is not null"
        " then 'suppressed_secondary' else shown.value_status end as value_status",
    )
    replace_table(
        connection,
        "fct_indicator_values",
        f"select {', '.join(chosen)},"
        f" coalesce(hides_denominator and numerator_mark is distinct from '{WITHHELD}',"
        " false) as is_denominator_hidden"
        f" from mart.fct_indicator_values as shown left join marks using ({KEYS})",
    )


def _round_values(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Under a rule that rounds: round counts, and divide what is then shown."""
    if rounds(rule):
        replace_table(
            connection,
            "fct_indicator_values",
            read_query(SQL, "values_rounded"),
            {
                "totals": TOTAL_AREAS,
                "total_rounding": rule.total_rounding,
                "count_rounding": rule.count_rounding,
            },
        )
    for kind, decimals in (
        ("rate", rule.rate_decimals),
        ("proportion", rule.percentage_decimals),
        ("ratio", rule.percentage_decimals),
    ):
        if decimals is not None:
            connection.execute(
                read_query(SQL, "values_with_decimals"),
                {"value_type": kind, "decimals": decimals},
            )


def rounds(rule: Rule) -> bool:
    """Whether counts that are shown are not the exact ones."""
    return max(rule.count_rounding, rule.total_rounding) > 1 or not (
        rule.rate_decimals is None and rule.percentage_decimals is None
    )


def _hide_comparisons(
    connection: duckdb.DuckDBPyConnection, rule: Rule, seeds: Path
) -> None:
    """Comparisons: empty, with the reason, what rests on something hidden.

    Ranks are taken again among the areas that are shown, neighbours' figures among the
    neighbours that are. Quartiles stay where they are the same for every value that
    the hidden areas of the group could have, and complete authorities stand for the
    region where their sum follows from what is shown.
    """
    connection.execute(
        f"create or replace temp table rule_in_force as select {rule.threshold}"
        " as threshold"
    )
    connection.execute(
        f"create or replace temp table neighbours as {neighbours_sql(seeds)}"
    )
    for query in ("quartiles_told", "neighbours_told"):
        connection.execute(read_query(SQL, query))
    connection.execute(
        read_query(SQL, "complete_told"), {"answer": statuses(FIGURES, "answer")}
    )
    columns = columns_of(connection, "fct_comparisons")
    chosen = []
    for column in columns:
        base = column.removesuffix("_reason")
        condition, reason = MEASURED.get(base), SUPPRESSED
        if rounds(rule) and condition is not None:
            condition, reason = "true", ROUNDED
        if column == "ranked_areas":
            gone = "true" if rounds(rule) else "is_hidden"
            chosen.append(f"case when not ({gone}) then shown_areas end as {column}")
        elif column == "neighbours_with_data":
            chosen.append(f"coalesce(neighbours_shown, {column}) as {column}")
        elif condition is None:
            chosen.append(column)
        elif column == "neighbours_value_reason":
            chosen.append(
                f"case when {condition} then '{reason}'"
                f" when neighbours_shown is not null then '{PARTLY_HIDDEN}'"
                f" else {column} end as {column}"
            )
        elif column.endswith("_reason"):
            chosen.append(
                f"case when {condition} then '{reason}' else {column} end as {column}"
            )
        elif column == "neighbours_value":
            chosen.append(
                f"case when not ({condition})"
                f" then coalesce(neighbours_told, {column}) end as {column}"
            )
        elif column == "rank":
            chosen.append(f"case when not ({condition}) then shown_rank end as rank")
        else:
            chosen.append(f"case when not ({condition}) then {column} end as {column}")
    replace_table(
        connection,
        "fct_comparisons",
        read_query(SQL, "comparisons_told", told=", ".join(chosen)),
        {"london": LONDON},
    )


def _hide_coverage(connection: duckdb.DuckDBPyConnection) -> None:
    """Coverage of a hidden cell: whether its blocks came, and in time.

    That it is partial though all have come says how many records were set aside beside
    the count, and so what it is at most.
    """
    if not columns_of(connection, "fct_coverage"):
        return
    replace_table(connection, "fct_coverage", read_query(SQL, "coverage_told"))


def _hide_targets(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Targets: nothing beside one that rests on a hidden figure, or on a rounded one.

    Which of its reasons a target would have, and which period its course is told by,
    says whether a hidden figure is whole; both go with it.
    """
    columns = columns_of(connection, "fct_targets")
    if not columns:
        return
    chosen = [
        f"case when {RESTING[column]} then {TARGET_REASONS.get(column, 'null')}"
        f" else {column} end as {column}"
        if column in RESTING
        else column
        for column in columns
    ]
    replace_table(
        connection,
        "fct_targets",
        read_query(SQL, "targets_told", told=", ".join(chosen)),
        {"rounds": rounds(rule)},
    )


def _sort_extracts(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """Extracts whose lines are children, and those that anybody can have."""
    for name, what in (
        ("record_extracts", "kind = 'record'"),
        ("open_extracts", "submitter_kind = 'fixed' and kind <> 'record'"),
    ):
        connection.execute(
            f"create temp table {name} as select extract from"
            f" read_csv($extracts, header = true, all_varchar = true) where {what}",
            {"extracts": str(seeds / "reference" / "extracts.csv")},
        )


def _hide_files(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Lineage and ledger: no count of lines that is, or bounds, the count of a cell.

    Of extracts that hold records, every value cites all files that could have counted
    towards it: which of them did would say how many at least. It cites no number of
    lines. The ledger's counts go for every file of records that could have counted
    towards a hidden cell, and under a rule that rounds for every one: lines that were
    accepted would say what a rounded count is at most.
    """
    connection.execute(read_query(SQL, "files_cited"))
    every = ", ".join(
        {
            "numerator_rows": "null::bigint as numerator_rows",
            "denominator_rows": "null::bigint as denominator_rows",
            "first_line": "null::bigint as first_line",
            "last_line": "null::bigint as last_line",
            "file_name": "null::varchar as file_name",
            "sha256": "null::varchar as sha256",
        }.get(column, f"cited.{column}")
        for column in columns_of(connection, "fct_lineage")
    )
    replace_table(
        connection,
        "fct_lineage",
        "select * from mart.fct_lineage"
        " where coalesce(extract, '') not in (from record_extracts)"
        f" union all select {every} from cited where status = 'accepted'",
    )
    connection.execute(
        "create temp table hidden_files as select distinct file_id from cited"
        " inner join hidden"
        " using (indicator_id, definition_version, area_code, period_id)"
        if not rounds(rule)
        else "create temp table hidden_files as select file_id"
        " from mart.fct_submissions where extract in (from record_extracts)"
    )
    for table, emptied in (
        ("fct_submissions", SUBMISSION_COUNTS),
        ("fct_submission_notices", ("occurrences",)),
    ):
        chosen = [
            f"case when file_id not in (from hidden_files) then {column} end as"
            f" {column}"
            if column in emptied
            else column
            for column in columns_of(connection, table)
        ]
        replace_table(
            connection, table, f"select {', '.join(chosen)} from mart.{table}"
        )
    # A file with more lines set aside than not is refused, and a value is emptied in a
    # line that counts: how many there are says how many lines counted at least.
    replace_table(
        connection,
        "fct_set_aside",
        "select * from mart.fct_set_aside where file_id not in (from hidden_files)"
        " union all select distinct * replace (null::bigint as line_number)"
        " from mart.fct_set_aside where file_id in (from hidden_files)",
    )


def _hide_digests(connection: duckdb.DuckDBPyConnection) -> None:
    """Digests of files: none but those of published statistics.

    A return of a few counts is soon guessed, and its digest says which guess is right.
    Of a file that was refused, nobody knows what it holds.
    """
    connection.execute(
        "create temp table published_files as select file_id from mart.fct_submissions"
        " where status <> 'refused' and extract in (from open_extracts)"
    )
    for table in digest_tables(connection):
        replace_table(
            connection,
            table,
            "select * replace (case when file_id in (from published_files) then sha256"
            f" end as sha256) from mart.{table}",
        )


def digest_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The mart tables with the digest of a file, of the database in use."""
    return [
        table
        for (table,) in connection.execute(
            "select table_name from duckdb_columns() where schema_name = 'mart'"
            " and database_name = current_database() and column_name = 'sha256'"
            " order by table_name"
        ).fetchall()
    ]


def _hide_flags(connection: duckdb.DuckDBPyConnection) -> None:
    """Findings: none about a hidden cell, nor about what a hidden one is near.

    That a shown figure is that of the quarter before, or not the sum of its quarters,
    tells of these too. That the counts of a return are rounded, or that a file holds
    few records, tells of each cell that is made of it; and a finding that is resolved
    tells of the figure that stood before. What only says that something is missing or
    late stays, and so does that a file came, and when.
    """
    has = columns_of(connection, "fct_quality_flags")
    if not has:
        return
    is_about_figures = "true"
    if "category" in has:
        is_about_figures = "flags.category not in ('completeness', 'timeliness')"
    connection.execute(read_query(SQL, "files_behind"))
    about_files = "false"
    if "file_id" in has:
        about_files = "coalesce(flags.file_id in (from files_behind), false)"
    replace_table(
        connection,
        "fct_quality_flags",
        read_query(
            SQL,
            "findings_told",
            is_about_figures=is_about_figures,
            is_about_files=about_files,
            suite="flags.suite" if "suite" in has else "'submissions'",
        ),
        {
            "arrivals": [
                f"{rule.suite}/{rule.rule_code}"
                for rule in load_rules()
                if rule.speaks_of == ARRIVAL
            ]
        },
    )
