"""Write a return sheet for each submitter: what a data manager would mail back.

returns/<submitter>.xlsx and .html begin with the ten things to do first, and by when.
Then they say what was received, what was set aside and why, what was noticed, what
looks wrong and what to do, what we ask because it may be right, what the sender has
explained, and what is missing or due next. They name files, columns and lines, and hold
no figure and no value. At its head and its foot each says of which publication it
tells, and whether that is a draft or signed off; that of a check says that it is one.

returns/for_the_keeper.xlsx and .html hold what is in nobody's sheet, for whoever keeps
the warehouse: files that name no sender, with who it may be, and findings about totals.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lscb.harmless import harmless
from lscb.private import make_private
from lscb.quality.suites import BOTH, load_rules
from lscb.sql import read_query
from lscb.states import state_said

TEMPLATES = Path(__file__).resolve().parent
SQL = TEMPLATES / "sql"


@dataclass(frozen=True)
class Section:
    """One table of a sheet: its title, what stands there if it is empty, its query."""

    title: str
    none: str
    columns: tuple[str, ...]
    query: str
    most: int | None = None
    """Rows that a sheet shows; what is more is counted."""


TO_DO = Section(
    "Do these {by}",
    "Nothing: all that was due is in, and could be used.",
    ("file", "lines", "column", "what is wrong", "what to send"),
    "to_do",
    most=10,
)
LISTS = (
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
        "Nothing: no rule found a fault in what came.",
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
        "What you explained",
        "Nothing: no explanation was sent, or none could be read.",
        ("file", "line", "indicator", "rule", "reason", "what it explains"),
        "explained",
    ),
    Section(
        "What is missing, and due when",
        "Nothing: all that was due is in.",
        ("extract", "period", "due", "state"),
        "missing",
    ),
)  # fmt: skip
UNATTRIBUTED = Section(
    "Files that name no sender",
    "Nothing: every file says whose it is.",
    ("file", "where it is", "received", "why it was refused", "who it may be"),
    "unattributed",
)
LINES_NAMED = 20
DAYS_TO_ANSWER = 14
"""How long after the as-of date a sender has for what its sheet asks to do."""
KEEPER = "for_the_keeper"
KEEPER_NAME = "For the keeper of the warehouse"


@contextmanager
def open_warehouse(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse as the sections ask it: with the flags of each submitter."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(
            "create temporary table rules (suite varchar, rule_code varchar,"
            " is_asked boolean, is_asked_of_both boolean, needs_more varchar)"
        )
        connection.executemany(
            "insert into rules values (?, ?, ?, ?, ?)",
            [
                (
                    rule.suite,
                    rule.rule_code,
                    rule.asks,
                    rule.asked_of == BOTH,
                    rule.needs_more,
                )
                for rule in load_rules()
            ],
        )
        connection.execute(read_query(SQL, "lines_told", most=str(LINES_NAMED)))
        connection.execute(read_query(SQL, "flags_of_submitters"))
        connection.execute(read_query(SQL, "likely_senders"))
        yield connection


def tables_of(
    connection: duckdb.DuckDBPyConnection,
    submitter: str | None,
    sections: tuple[Section, ...],
    by: str = "",
) -> list[dict[str, Any]]:
    """Sections of one submitter, with their rows; None: of what has none.

    `by` says until when to do what is to do, as `by 14 April 2011`.
    """
    return [
        {
            "title": section.title.format(by=by),
            "none": section.none,
            "columns": section.columns,
            "most": section.most,
            "rows": [
                [_plain(cell) for cell in row]
                for row in connection.execute(
                    read_query(SQL, section.query), {"submitter": submitter}
                ).fetchall()
            ],
        }
        for section in sections
    ]


def _shortened(table: dict[str, Any]) -> dict[str, Any]:
    """A table as a sheet shows it: the rows it may have, and how many are more."""
    most = table["most"] or len(table["rows"])
    more = len(table["rows"]) - most
    after = f"And {more:,} more, in the lists that follow." if more > 0 else ""
    return table | {"rows": table["rows"][:most], "after": after}


def _plain(cell: Any) -> Any:
    """A cell as it is written: names as sent steer nothing and start no formula."""
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else cell


def said_of_publication(publication: Mapping[str, str] | None, as_of: date) -> str:
    """What a sheet says of the publication that it tells of, by its manifest."""
    if publication is None:
        return _words()["unpublished"].format(as_of=as_of)
    return _words()[publication["state"]].format(
        publication_id=publication["publication_id"],
        as_of=as_of,
        state=state_said(publication),
    )


def said_of_check(as_of: date) -> str:
    """What the sheet of a check before sending says of itself."""
    return _words()["check"].format(as_of=as_of)


@cache
def _words() -> dict[str, str]:
    return yaml.safe_load((TEMPLATES / "words.yml").read_text(encoding="utf-8"))


def _write_workbook(
    path: Path, name: str, said: str, tables: list[dict[str, Any]]
) -> None:
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
        long = book.add_format({"italic": True, "valign": "top"})
        dated = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for table in tables:
            sheet = book.add_worksheet(table["title"][:31].replace("?", ""))
            sheet.write_string(0, 0, harmless(f"{name}: {table['title']}"), bold)
            sheet.write_string(0, 1, said, long)
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
            foot = 2 + max(len(table["rows"]), 1)
            if table["after"]:
                sheet.write_string(foot, 0, table["after"], plain)
                foot += 1
            sheet.write_string(foot + 1, 0, said, long)


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
    said: str,
) -> None:
    """Write one sheet, as a workbook and as a page; `said` stands at head and foot."""
    tables = [_shortened(table) for table in tables]
    _write_workbook(folder / f"{code}.xlsx", name, said, tables)
    page = _page().render(
        name=name, data_note=data_note, as_of=as_of, sections=tables, said=said
    )
    (folder / f"{code}.html").write_text(page, encoding="utf-8")


def write_return_sheets(
    warehouse: Path, folder: Path, publication: Mapping[str, str] | None = None
) -> list[str]:
    """Write the sheets of all submitters; gives their codes.

    `publication` is the manifest of what was published of the warehouse, if it was.
    """
    make_private(folder)
    with open_warehouse(warehouse) as connection:
        data_note, as_of = connection.execute(
            "select data_note, as_of_date from mart.dim_about"
        ).fetchone()
        submitters = connection.execute(read_query(SQL, "senders")).fetchall()
        said = said_of_publication(publication, as_of)
        until = as_of + timedelta(days=DAYS_TO_ANSWER)
        by = f"by {until:%-d %B %Y}"
        for code, name in submitters:
            tables = tables_of(connection, code, (TO_DO, *LISTS), by)
            write_sheet(folder, code, name, data_note, as_of, tables, said)
        tables = tables_of(connection, None, (UNATTRIBUTED, TO_DO, *LISTS), by)
        write_sheet(folder, KEEPER, KEEPER_NAME, data_note, as_of, tables, said)
    wanted = {
        f"{code}.{ending}"
        for code in (*(code for code, _ in submitters), KEEPER)
        for ending in ("xlsx", "html")
    }
    for path in folder.iterdir():
        if path.is_file() and path.name not in wanted:
            path.unlink()
        elif path.is_file():
            path.chmod(0o600)
    return [code for code, _ in submitters]
