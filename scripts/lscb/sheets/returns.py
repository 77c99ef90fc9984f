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
from lscb.sql import read_query

TEMPLATES = Path(__file__).resolve().parent
SQL = TEMPLATES / "sql"


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
         "lines", "accepted", "set aside", "repeated", "out of scope"),
        "received",
    ),
    Section(
        "What was set aside, and why",
        "Nothing: every line and value could be read.",
        ("file", "line", "column", "level", "what is wrong", "what to do"),
        "set_aside",
    ),
    Section(
        "What we noticed",
        "Nothing: no remark.",
        ("file", "column", "what", "what to do"),
        "noticed",
    ),
    Section(
        "What looks wrong",
        "Nothing: no rule found anything.",
        ("severity", "what", "file", "lines", "what to do", "state", "rule"),
        "looks_wrong",
    ),
    Section(
        "What we ask you",
        "Nothing: no figure or file raises a question.",
        ("question", "file", "lines", "if it is wrong", "state", "rule"),
        "asked",
    ),
    Section(
        "What is missing, and due when",
        "Nothing: all that was due is in.",
        ("extract", "period", "due", "state"),
        "missing",
    ),
)  # fmt: skip
LINES_NAMED = 20


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
        connection.execute(
            read_query(SQL, "flags_of_submitters", lines_named=str(LINES_NAMED))
        )
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
                for row in connection.execute(
                    read_query(SQL, section.query), {"submitter": submitter}
                ).fetchall()
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
