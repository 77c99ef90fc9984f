"""What is said of files, lines and findings, made from fields that may be disclosed.

Text that was made inside (a reason, a message, a name, a header, a value as sent) can
hold anything: a child's name, a refused value, a hidden number. So none of it is
published. Every text of the publication is put together here from the words of seeds
and rules, and from fields that stand in a list of ours: extracts, senders, periods,
versions, columns of the extracts. docs/decisions/0019-words-that-leave-the-house.md
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from lscb.publishing.settled import settled
from lscb.quality.suites import load_rules
from lscb.sql import insert_rows, literal, read_query
from lscb.statuses import RESULTS, statuses

SQL = Path(__file__).with_name("sql")
NOT_TOLD = "…"

NAMING_FILES = (
    "fct_lineage", "fct_quality_flags", "fct_set_aside", "fct_submission_notices",
    "fct_submissions",
)  # fmt: skip

TOLD_COMMENTS = {
    (table, column): comment
    for table in (*NAMING_FILES, "fct_targets")
    for column, comment in {
        "file_id": (
            "The file, by a code made of its extract, sender, period, version and time"
            " of arrival: the same in every table."
        ),
        "file_name": (
            "The file by extract, sender, period and version; never its name as sent."
        ),
    }.items()
} | {
    ("fct_quality_flags", "file_id"): (
        "The file, by the code that it has in every table. Empty where no one file is"
        " meant."
    ),
    ("fct_quality_flags", "file_name"): (
        "The file by extract, sender, period and version; never its name as sent. Empty"
        " where no one file is meant."
    ),
    ("fct_quality_results", "rows_failing"): (
        "Findings of the rule in fct_quality_flags: those that are disclosed."
    ),
    ("fct_quality_results", "status"): (
        "failed where a finding is disclosed, passed where none is."
    ),
}

LINES_HIDDEN = (
    " Empty too for a file of records of children, where it would tell of a hidden"
    " count."
)
"""What is added to what a column says of the lines of files, which are counts where
each is of a child."""


def tell(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """Say again what the tables of schema `mart` say of files, lines and findings."""
    _read_words(connection, seeds)
    _name_files(connection)
    _tell_submissions(connection)
    _tell_remarks(connection)
    _tell_lineage(connection)
    _tell_targets(connection)
    _tell_flags(connection)
    _tell_results(connection)


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a mart table in memory, in order."""
    return [
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where schema_name = 'mart'"
            " and database_name = current_database() and table_name = ?"
            " order by column_index",
            [table],
        ).fetchall()
    ]


def replace_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    query: str,
    values: Mapping[str, object] | None = None,
) -> None:
    """Put the rows of a query in the place of a mart table."""
    connection.execute(f"create table mart.{table}__told as {query}", values or {})
    connection.execute(f"drop table mart.{table}")
    connection.execute(f"alter table mart.{table}__told rename to {table}")


def _rewrite(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    said: dict[str, str],
    source: str,
    where: str = "true",
) -> None:
    """The table with some columns said again, and without those that stay inside.

    `source` is what to select from, with the table called `made`.
    """
    chosen = [
        f"{said.get(column, f'made.{column}')} as {column}"
        for column in columns_of(connection, table)
        if column not in settled().inside[table]
    ]
    replace_table(
        connection, table, f"select {', '.join(chosen)} from {source} where {where}"
    )


def _read_words(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """Words of seeds and rules, and the lists of what may be disclosed."""
    for name in (
        "reason_codes", "extract_columns", "extracts", "statistic_columns", "pcts",
    ):  # fmt: skip
        connection.execute(
            f"create temp table words_{name} as"
            " from read_csv($seed, header = true, all_varchar = true)",
            {"seed": str(seeds / "reference" / f"{name}.csv")},
        )
    connection.execute(read_query(SQL, "words"))
    insert_rows(
        connection,
        "words_rules",
        [(rule.suite, rule.rule_code, rule.message) for rule in load_rules()],
    )


def _name_files(connection: duckdb.DuckDBPyConnection) -> None:
    """A name and an id for each file, of what may be disclosed of it."""
    has = columns_of(connection, "fct_submissions")
    received = "received_at" if "received_at" in has else "null::timestamp"
    name = "file_name" if "file_name" in has else "null::varchar"
    area, pct = (
        column if column in has else "null::varchar"
        for column in ("area_code", "pct_code")
    )
    connection.execute(
        read_query(SQL, "told_files", name=name, received=received, area=area, pct=pct)
    )


NAMED_FILE = {
    "file_id": "files.file_id",
    "file_name": "files.file_name",
    "extract": "files.extract",
    "submitter": "files.submitter",
    "period_id": "files.period_id",
}


def _tell_submissions(connection: duckdb.DuckDBPyConnection) -> None:
    said = NAMED_FILE | {
        column: f"files.{column}" for column in ("version", "area_code", "pct_code")
    }
    said["reason_code"] = "words.reason_code"
    said["reason"] = _worded("words.message", "null::varchar", "files.extract")
    said["superseded_by"] = (
        "(select min(others.file_name) from told_files as others"
        " where others.inner_name = made.superseded_by)"
    )
    has = columns_of(connection, "fct_submissions")
    reason = "made.reason_code" if "reason_code" in has else "null::varchar"
    _rewrite(
        connection,
        "fct_submissions",
        said,
        "mart.fct_submissions as made"
        " inner join told_files as files on made.file_id = files.inner_id"
        f" left join words_reason_codes as words on {reason} = words.reason_code",
    )


def _worded(text: str, column: str, extract: str, rule: str = "null::varchar") -> str:
    """SQL: the words of a reason, its gaps filled from what may be disclosed."""
    named = f"coalesce('The column ' || {column}, 'A column')"
    filled = f"replace({text}, 'The column {{column}}', {named})"
    filled = f"replace({filled}, '{{column}}', coalesce({column}, 'a column'))"
    filled = f"replace({filled}, '{{extract}}', coalesce({extract}, 'the extract'))"
    filled = f"replace({filled}, '{{occurrences}} records', 'Some records')"
    filled = f"replace({filled}, '{{rule}}', coalesce({rule}, 'as the contract says'))"
    return f"regexp_replace({filled}, '\\{{[a-z_]+\\}}', {literal(NOT_TOLD)}, 'g')"


def _tell_remarks(connection: duckdb.DuckDBPyConnection) -> None:
    """What was set aside, and what was noticed: the reason's words, and no number."""
    for table, code in (
        ("fct_set_aside", "reason_code"),
        ("fct_submission_notices", "notice_code"),
    ):
        has = columns_of(connection, table)
        column = "made.column_name" if "column_name" in has else "null::varchar"
        reason = f"made.{code}" if code in has else "null::varchar"
        told = (
            "coalesce(columns.column_name, statistics.statistic,"
            f" case when months.extract is not null then {column} end)"
        )
        rule = "coalesce(columns.rule_text, months.rule_text, statistics.rule_text)"
        said = NAMED_FILE | {
            "column_name": told,
            code: "words.reason_code",
            "message": _worded("words.message", told, "files.extract", rule),
            "what_to_do": _worded("words.what_to_do", told, "files.extract", rule),
            "line_number": (
                "case when files.extract not in (from record_extracts)"
                " then made.line_number end"
            ),
        }
        _rewrite(
            connection,
            table,
            said,
            f"mart.{table} as made"
            " inner join told_files as files on made.file_id = files.inner_id"
            f" left join words_reason_codes as words on {reason} = words.reason_code"
            " left join words_extract_columns as columns"
            f" on files.extract = columns.extract and {column} = columns.column_name"
            " left join words_extract_columns as months"
            " on files.extract = months.extract and months.data_type = 'month_columns'"
            f" and regexp_full_match({column}, months.pattern)"
            " left join words_statistics as statistics"
            " on files.extract = statistics.extract"
            f" and lower({column}) = statistics.statistic",
        )


def _tell_lineage(connection: duckdb.DuckDBPyConnection) -> None:
    _rewrite(
        connection,
        "fct_lineage",
        {name: NAMED_FILE[name] for name in ("file_id", "file_name", "extract")},
        "mart.fct_lineage as made"
        " inner join told_files as files on made.file_id = files.inner_id",
    )


def _tell_targets(connection: duckdb.DuckDBPyConnection) -> None:
    """Targets: by whom they were set, and in which file, as files are named."""
    if columns_of(connection, "fct_targets"):
        _rewrite(
            connection,
            "fct_targets",
            {name: NAMED_FILE[name] for name in ("file_id", "submitter")},
            "mart.fct_targets as made"
            " inner join told_files as files on made.file_id = files.inner_id",
        )


def _tell_flags(connection: duckdb.DuckDBPyConnection) -> None:
    """Findings: the rule's words with the names of indicator, area, period and file.

    They are renumbered: the number inside is made of what was found.
    """
    has = columns_of(connection, "fct_quality_flags")
    if not has:
        return
    made = {
        name: f"made.{name}" if name in has else "null::varchar"
        for name in ("file_id", "suite", "rule_code", "state", "detail", *KEYS)
    }
    extra = {
        "title": "title" in columns_of(connection, "dim_indicators"),
        "area_name": "area_name" in columns_of(connection, "dim_areas"),
        "period_label": "period_label" in columns_of(connection, "dim_periods"),
    }
    title = "concat(' (', indicators.title, ')')" if extra["title"] else "''"
    area = "areas.area_name" if extra["area_name"] else "areas.area_code"
    period = "periods.period_label" if extra["period_label"] else "periods.period_id"
    message = "coalesce(words.message, 'A finding of a rule that is no longer there.')"
    for gap, filled in (
        (" ({detail})", "''"),
        ("{detail}", f"coalesce(blocks.block, {literal(NOT_TOLD)})"),
        ("{indicator}", f"concat(indicators.indicator_id, {title})"),
        ("{area}", f"coalesce({area}, 'an area')"),
        ("{period}", f"coalesce({period}, 'a period')"),
        ("{file}", "coalesce(files.file_name, 'a file')"),
    ):
        message = f"replace({message}, {literal(gap)}, {filled})"
    told = ", ".join(
        f"coalesce({each}::varchar, '')"
        for each in (
            "words.suite",
            "words.rule_code",
            *(made[name] for name in KEYS),
            "files.file_id",
            made["state"],
        )
    )
    said = {
        "file_id": "files.file_id",
        "file_name": "files.file_name",
        "rule_code": "words.rule_code",
        "suite": "words.suite",
        "indicator_id": (
            f"case when {made['indicator_id']} in"
            " (select indicator_id from mart.dim_indicators)"
            f" then {made['indicator_id']} end"
        ),
        "area_code": "areas.area_code",
        "period_id": "periods.period_id",
        "message": message,
        "flag_id": (
            f"md5(concat_ws('|', {told}, row_number() over"
            f" (partition by {told} order by {message})))"
        ),
    }
    suite = "made.suite = words.suite" if "suite" in has else "true"
    _rewrite(
        connection,
        "fct_quality_flags",
        said,
        "mart.fct_quality_flags as made"
        f" left join told_files as files on {made['file_id']} = files.inner_id"
        f" left join words_rules as words on {made['rule_code']} = words.rule_code"
        f" and {suite}"
        f" left join told_blocks as blocks on {made['detail']} = blocks.block"
        " left join (select distinct on (indicator_id, definition_version) *"
        " from mart.dim_indicators) as indicators"
        f" on {made['indicator_id']} = indicators.indicator_id"
        f" and {made['definition_version']} = indicators.definition_version"
        f" left join mart.dim_areas as areas on {made['area_code']} = areas.area_code"
        " left join mart.dim_periods as periods"
        f" on {made['period_id']} = periods.period_id",
    )


KEYS = ("indicator_id", "definition_version", "area_code", "period_id")


def _tell_results(connection: duckdb.DuckDBPyConnection) -> None:
    """Results of the rules: by the findings that are disclosed, and no other number."""
    has = columns_of(connection, "fct_quality_results")
    if not has:
        return
    findings = "0"
    if columns_of(connection, "fct_quality_flags"):
        same_suite = "flags.suite = made.suite and" if "suite" in has else ""
        findings = (
            "(select count(*) from mart.fct_quality_flags as flags where"
            f" {same_suite} flags.rule_code = made.rule_code"
            " and flags.state <> 'resolved')"
        )
    judged = ", ".join(map(literal, statuses(RESULTS, "judged")))
    _rewrite(
        connection,
        "fct_quality_results",
        {
            "rows_failing": findings,
            "status": (
                f"case when made.status not in ({judged}) then made.status"
                f" when {findings} > 0 then 'failed' else 'passed' end"
            ),
        },
        "mart.fct_quality_results as made",
    )
