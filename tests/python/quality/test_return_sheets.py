"""The return sheets, cell by cell: each sender's own, in order, and nobody else's.

What must stand in each section is put together here in plain Python from the tables of
the warehouse, for every sender of the sample.
"""

import html
import re
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import yaml

from build_help import PROJECT, Build
from lscb.sheets.returns import write_return_sheets, write_sheet

Row = dict[str, Any]

SECTIONS = {
    "What we received": (
        "Nothing yet.",
        ["file", "extract", "period", "version", "received", "status", "why", "lines",
         "accepted", "set aside", "repeated", "out of scope"],
    ),
    "What was set aside, and why": (
        "Nothing: every line and value could be read.",
        ["file", "line", "column", "level", "what is wrong", "what to do"],
    ),
    "What we noticed": (
        "Nothing: no remark.",
        ["file", "column", "what", "what to do"],
    ),
    "What looks wrong": (
        "Nothing: no rule found anything.",
        ["severity", "what", "file", "lines", "what to do", "state", "rule"],
    ),
    "What we ask you": (
        "Nothing: no figure or file raises a question.",
        ["question", "file", "lines", "if it is wrong", "state", "rule"],
    ),
    "What is missing, and due when": (
        "Nothing: all that was due is in.",
        ["extract", "period", "due", "state"],
    ),
}  # fmt: skip


class Warehouse:
    """The tables of a warehouse as rows, each read once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.files = {row["file_id"]: row for row in self.rows("mart.fct_submissions")}
        self.asks = rules_that_ask()
        self.lines: dict[str, list[int]] = defaultdict(list)
        for row in self.rows("intermediate.int_quality__flag_lines"):
            self.lines[row["flag_id"]].append(row["line_number"])

    def rows(self, table: str) -> list[Row]:
        found = self.connection.execute(f"from {table}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def sender_of(self, flag: Row) -> str | None:
        """Who sent the file, else whose submission it is, else the area."""
        file = self.files.get(flag["file_id"])
        if file is not None and file["submitter"] is not None:
            return file["submitter"]
        if flag["suite"] == "submissions" and flag["detail"] is not None:
            return flag["detail"].split(" ")[1]
        return flag["area_code"]

    def lines_of(self, flag: Row) -> str | None:
        """The lines of a finding: the first twenty by number, then how many more."""
        if flag["line_number"] is not None:
            return str(flag["line_number"])
        lines = sorted(self.lines.get(flag["flag_id"], ()))
        if not lines:
            return None
        text = ", ".join(map(str, lines[:20]))
        return text + (f" and {len(lines) - 20} more" if len(lines) > 20 else "")

    def sections(self) -> dict[str | None, list[list[list[Any]]]]:
        """By sender, the rows of each section."""
        found: dict[str | None, list[list[tuple]]] = defaultdict(
            lambda: [[] for _ in SECTIONS]
        )

        def put(sender: str | None, place: int, order: tuple, cells: list) -> None:
            ranked = tuple((each is None, each) for each in order)
            found[sender][place].append((ranked, cells))

        for row in self.files.values():
            order = ("extract", "period_id", "version", "file_name")
            put(row["submitter"], 0, tuple(row[n] for n in order), [
                row["file_name"], row["extract"], row["period_id"], row["version"],
                row["received_at"].date(), row["status"],
                row["superseded_by"] if row["reason"] is None else row["reason"],
                row["lines_read"], row["rows_accepted"], row["rows_set_aside"],
                row["rows_duplicate"], row["rows_passed_over"],
            ])  # fmt: skip
        for row in self.rows("mart.fct_set_aside"):
            order = ("file_name", "line_number", "column_name")
            names = (*order, "level", "message", "what_to_do")
            put(row["submitter"], 1, tuple(row[n] for n in order),
                [row[n] for n in names])  # fmt: skip
        for row in self.rows("mart.fct_submission_notices"):
            names = ("file_name", "column_name", "message", "what_to_do")
            put(row["submitter"], 2, tuple(row[n] for n in names[:3]),
                [row[n] for n in names])  # fmt: skip
        for flag in self.rows("mart.fct_quality_flags"):
            if flag["state"] == "resolved":
                continue
            sender, lines = self.sender_of(flag), self.lines_of(flag)
            told = [flag["what_to_do"], flag["state"], flag["rule_code"]]
            text, file = flag["message"], flag["file_name"]
            if (flag["suite"], flag["rule_code"]) in self.asks:
                put(sender, 4, (text, file, lines), [text, file, lines, *told])
            elif (
                flag["category"] != "timeliness"
                and flag["rule_code"] != "submission_missing"
            ):
                grave = {"error": 1, "warning": 2}.get(flag["severity"], 3)
                put(sender, 3, (grave, text, file, lines),
                    [flag["severity"], text, file, lines, *told])  # fmt: skip
        for row in self.rows("intermediate.int_quality__submissions"):
            if row["block_status"] is None:
                put(row["submitter_code"], 5,
                    (row["due_date"], row["extract"], row["period_id"]),
                    [row["extract"], row["period_id"], row["due_date"],
                     "overdue" if row["is_due"] else "due"])  # fmt: skip
        return {
            sender: [[cells for _, cells in sorted(rows, key=lambda r: r[0])]
                     for rows in places]
            for sender, places in found.items()
        }  # fmt: skip


def rules_that_ask() -> set[tuple[str, str]]:
    """Suite and code of every rule whose message puts a question."""
    found = set()
    folder = PROJECT / "expectations"
    for path in sorted(folder.glob("*.yml")):
        suite = yaml.safe_load(path.read_text(encoding="utf-8"))
        shared = [
            folder / "shared" / f"{name}.yml" for name in suite.get("include", ())
        ]
        for held in (
            suite,
            *(yaml.safe_load(each.read_text("utf-8")) for each in shared),
        ):
            found |= {
                (path.stem, rule["rule_code"])
                for rule in held["rules"]
                if "?" in rule["message"]
            }
    return found


@pytest.fixture(scope="module")
def sheets(warehouse: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All sheets of the sample."""
    folder = tmp_path_factory.mktemp("sheets")
    (folder / "E99.xlsx").write_bytes(b"of a sender that is no more")
    write_return_sheets(warehouse.warehouse, folder)
    return folder


@pytest.fixture(scope="module")
def wanted(warehouse: Build) -> dict[str | None, list[list[list[Any]]]]:
    """What must stand in each."""
    return Warehouse(warehouse.marts).sections()


def text_of(cell: Any) -> str:
    """A cell as a page says it."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.lstrip().startswith(("=", "+", "-", "@")):
        return f"'{cell}"
    return str(cell)


def comparable(rows: list[list[Any]]) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in rows]


def test_every_sender_has_a_sheet_and_nobody_else(
    sheets: Path, wanted: dict, warehouse: Build
) -> None:
    (due,) = warehouse.marts.execute(
        "select list(distinct submitter_code)"
        " from intermediate.int_quality__submissions"
    ).fetchone()
    (sent,) = warehouse.marts.execute(
        "select list(distinct submitter) from mart.fct_submissions"
    ).fetchone()
    senders = {*due, *sent} - {None}
    assert {path.stem for path in sheets.iterdir()} == senders
    # A finding about a total, or a file that names nobody, is in nobody's sheet.
    assert {code for code in wanted if code in senders} == senders
    for path in sheets.iterdir():
        assert path.stat().st_mode & 0o077 == 0
    assert sheets.stat().st_mode & 0o077 == 0


def test_a_page_holds_each_section_cell_by_cell(
    sheets: Path, wanted: dict, warehouse: Build
) -> None:
    names = dict(
        warehouse.marts.execute(
            "select area_code, area_name from mart.dim_areas"
        ).fetchall()
    )
    note, as_of = warehouse.marts.execute(
        "select data_note, as_of_date from mart.dim_about"
    ).fetchone()
    seen = [0] * len(SECTIONS)
    for path in sorted(sheets.glob("*.html")):
        page = path.read_text(encoding="utf-8")
        name = names.get(path.stem, path.stem)
        assert f"<h1>Return sheet: {html.escape(name)}</h1>" in page
        assert f"<p>{html.escape(note)}. As at {as_of}." in page
        parts = page.split("<h2>")[1:]
        assert [part.split("</h2>")[0] for part in parts] == list(SECTIONS)
        for place, part in enumerate(parts):
            none, columns = list(SECTIONS.values())[place]
            rows = wanted.get(path.stem, [[]] * len(SECTIONS))[place]
            seen[place] += len(rows)
            assert (none in part) == (not rows)
            if rows:
                head = re.findall(r'<th scope="col">(.*?)</th>', part)
                assert head == columns
            found = [
                [html.unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", line)]
                for line in re.findall(r"<tr>(<td>.*?)</tr>", part, re.DOTALL)
            ]
            assert found == comparable(rows), (path.stem, list(SECTIONS)[place])
    assert min(seen) > 0


def test_a_workbook_holds_the_same(sheets: Path, wanted: dict) -> None:
    senders = {path.stem for path in sheets.iterdir()}
    codes = sorted(senders, key=lambda code: (-len(wanted[code][3]), code))
    for code in [*codes[:3], "MPS", codes[-1]]:
        book = openpyxl.load_workbook(sheets / f"{code}.xlsx")
        assert len(book.sheetnames) == len(SECTIONS)
        for place, sheet in enumerate(book):
            none, columns = list(SECTIONS.values())[place]
            assert sheet.title == list(SECTIONS)[place][:31]
            title, head, *rows = sheet.iter_rows(values_only=True)
            assert title[0].endswith(f": {list(SECTIONS)[place]}")
            assert list(head) == columns
            assert sheet.freeze_panes == "A3"
            told = wanted[code][place]
            if not told:
                assert [row[0] for row in rows] == [none]
                continue
            found = [
                [each.date() if isinstance(each, datetime) else each for each in row]
                for row in rows
            ]
            assert comparable(found) == comparable(told)
            for row, cells in zip(found, told, strict=True):
                for one, other in zip(row, cells, strict=True):
                    if isinstance(other, int | date):
                        assert type(one) is type(other)


def test_what_was_sent_is_no_formula_and_no_link(tmp_path: Path) -> None:
    evil = ["=1+1", "+1", "-1", "@a", " =2", "https://example.org", "a\x1b[31m"]
    table = {
        "title": "What is it?",
        "none": "Nothing.",
        "columns": ["a"],
        "rows": [[text] for text in evil],
    }
    write_sheet(tmp_path, "X", "=Name", "Note", date(2010, 1, 2), [table])
    (sheet,) = openpyxl.load_workbook(tmp_path / "X.xlsx").worksheets
    assert sheet.title == "What is it"
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert [cell.value for cell in cells] == [
        "'=Name: What is it?", "a", "'=1+1", "'+1", "'-1", "'@a", "' =2",
        "https://example.org", "a\\x1b[31m",
    ]  # fmt: skip
