"""Write a return sheet for each submitter: what a data manager would mail back.

returns/<submitter>.xlsx and .html say what was received, what was set aside and why,
what was noticed, what looks wrong and what to do, what we ask because it may be right,
and what is missing or due next. They name files, columns and lines, and hold no figure
and no value.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lscb.harmless import harmless
from lscb.private import make_private
from lscb.quality.suites import load_rules

TEMPLATES = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Section:
    """One table of a sheet: its title, what stands there if it is empty, its query."""

    title: str
    none: str
    columns: tuple[str, ...]
    query: str


SECTIONS = (
    Section(
        "What we received",
        "Nothing yet.",
        ("file", "extract", "period", "version", "received", "status", "why",
         "lines", "accepted", "set aside", "repeated", "passed over"),
        """
        select file_name, extract, period_id, version, cast(received_at as date),
            status, coalesce(reason, superseded_by), lines_read, rows_accepted,
            rows_set_aside, rows_duplicate, rows_passed_over
        from mart.fct_submissions
        where submitter is not distinct from ?
        order by extract, period_id, version, file_name
        """,
    ),
    Section(
        "What was set aside, and why",
        "Nothing: every line and value could be read.",
        ("file", "line", "column", "level", "what is wrong", "what to do"),
        """
        select file_name, line_number, column_name, level, message, what_to_do
        from mart.fct_set_aside
        where submitter is not distinct from ?
        order by file_name, line_number, column_name
        """,
    ),
    Section(
        "What we noticed",
        "Nothing: no remark.",
        ("file", "column", "what", "what to do"),
        """
        select file_name, column_name, message, what_to_do
        from mart.fct_submission_notices
        where submitter is not distinct from ?
        order by file_name, column_name, message
        """,
    ),
    Section(
        "What looks wrong",
        "Nothing: no rule found anything.",
        ("severity", "what", "file", "lines", "what to do", "state", "rule"),
        """
        select severity, message, file_name, lines, what_to_do, state, rule_code
        from flags_of_submitters
        where submitter is not distinct from ? and category <> 'timeliness' and not asks
            and rule_code <> 'submission_missing' and state <> 'resolved'
        order by
            case severity when 'error' then 1 when 'warning' then 2 else 3 end,
            message, file_name, lines
        """,
    ),
    Section(
        "What we ask you",
        "Nothing: no figure or file raises a question.",
        ("question", "file", "lines", "if it is wrong", "state", "rule"),
        """
        select message, file_name, lines, what_to_do, state, rule_code
        from flags_of_submitters
        where submitter is not distinct from ? and asks and state <> 'resolved'
        order by message, file_name, lines
        """,
    ),
    Section(
        "What is missing, and due when",
        "Nothing: all that was due is in.",
        ("extract", "period", "due", "state"),
        """
        select extract, period_id, due_date,
            case when is_due then 'overdue' else 'due' end
        from intermediate.int_quality__submissions
        where submitter_code = ? and block_status is null
        order by due_date, extract, period_id
        """,
    ),
)  # fmt: skip
# A flag goes to who sent the file, else to whose submission is missing, else to the
# authority that it names. Of many lines the first are named.
LINES_NAMED = 20
FLAGS_OF_SUBMITTERS = f"""
create temporary view flags_of_submitters as
with lines_of_flags as (
    select
        flag_id,
        concat(
            string_agg(line_number, ', ' order by line_number)
                filter (where place <= {LINES_NAMED}),
            case when count(*) > {LINES_NAMED}
                then concat(' and ', count(*) - {LINES_NAMED}, ' more') end
        ) as lines
    from (
        select *, row_number() over (partition by flag_id order by line_number) as place
        from intermediate.int_quality__flag_lines
    )
    group by flag_id
)
select
    flags.*,
    rules_that_ask.rule_code is not null as asks,
    coalesce(cast(flags.line_number as varchar), lines_of_flags.lines) as lines,
    coalesce(
        submissions.submitter,
        case
            when flags.suite = 'submissions' then split_part(flags.detail, ' ', 2)
        end,
        flags.area_code
    ) as submitter
from mart.fct_quality_flags as flags
left join mart.fct_submissions as submissions on flags.file_id = submissions.file_id
left join lines_of_flags on flags.flag_id = lines_of_flags.flag_id
left join rules_that_ask on flags.suite = rules_that_ask.suite
    and flags.rule_code = rules_that_ask.rule_code
"""


@contextmanager
def open_warehouse(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse as the sections ask it: with the flags of each submitter."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(
            "create temporary table rules_that_ask (suite varchar, rule_code varchar)"
        )
        connection.executemany(
            "insert into rules_that_ask values (?, ?)",
            [(rule.suite, rule.rule_code) for rule in load_rules() if rule.asks],
        )
        connection.execute(FLAGS_OF_SUBMITTERS)
        yield connection


def tables_of(
    connection: duckdb.DuckDBPyConnection, submitter: str | None
) -> list[dict[str, Any]]:
    """The sections of one submitter, with their rows; None: of files that name none."""
    return [
        {
            "title": section.title,
            "none": section.none,
            "columns": section.columns,
            "rows": [
                [_plain(cell) for cell in row]
                for row in connection.execute(section.query, [submitter]).fetchall()
            ],
        }
        for section in SECTIONS
    ]


def _plain(cell: Any) -> Any:
    """A cell as it is written: names as sent steer nothing and start no formula."""
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else cell


def _write_workbook(path: Path, name: str, tables: list[dict[str, Any]]) -> None:
    # strings stay strings: a cell that begins with = is text, never a formula
    with xlsxwriter.Workbook(
        path,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "remove_timezone": True,
        },
    ) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        dated = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for table in tables:
            sheet = book.add_worksheet(table["title"][:31].replace("?", ""))
            sheet.write_string(0, 0, harmless(f"{name}: {table['title']}"), bold)
            sheet.set_column(0, len(table["columns"]) - 1, 22)
            sheet.freeze_panes(2, 0)
            for column, title in enumerate(table["columns"]):
                sheet.write_string(1, column, title, bold)
            for row, cells in enumerate(table["rows"] or [[table["none"]]], start=2):
                for column, each in enumerate(cells):
                    cell = _plain(each)
                    if hasattr(cell, "isoformat"):
                        sheet.write_datetime(row, column, cell, dated)
                    else:
                        sheet.write(row, column, cell, plain)


@cache
def _page() -> Template:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    ).get_template("return_sheet.html.j2")


def write_sheet(
    folder: Path,
    code: str,
    name: str,
    data_note: str,
    as_of: date,
    tables: list[dict[str, Any]],
) -> None:
    """Write one sheet, as a workbook and as a page."""
    _write_workbook(folder / f"{code}.xlsx", name, tables)
    (folder / f"{code}.html").write_text(
        _page().render(name=name, data_note=data_note, as_of=as_of, sections=tables),
        encoding="utf-8",
    )


def write_return_sheets(warehouse: Path, folder: Path) -> list[str]:
    """Write the sheets of all submitters; gives their codes."""
    make_private(folder)
    with open_warehouse(warehouse) as connection:
        data_note, as_of = connection.execute(
            "select data_note, as_of_date from mart.dim_about"
        ).fetchone()
        submitters = connection.execute(
            "select code, coalesce(any_value(area_name), code) from ("
            " select submitter as code from mart.fct_submissions"
            " where submitter is not null"
            " union select submitter_code from intermediate.int_quality__submissions"
            ") as senders left join mart.dim_areas on code = area_code"
            " group by code order by code"
        ).fetchall()
        for code, name in submitters:
            tables = tables_of(connection, code)
            write_sheet(folder, code, name, data_note, as_of, tables)
    wanted = {
        f"{code}.{ending}" for code, _ in submitters for ending in ("xlsx", "html")
    }
    for path in folder.iterdir():
        if path.is_file() and path.name not in wanted:
            path.unlink()
        elif path.is_file():
            path.chmod(0o600)
    return [code for code, _ in submitters]
