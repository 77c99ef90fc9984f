"""Read pages as a test needs them: links, ids, tables, marks of charts."""

import csv
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from math import floor
from pathlib import Path


def as_people_round(value: float, places: int) -> str:
    """A number as it is written, to so many places, a half away from nought."""
    exact = abs(Fraction(repr(value))) * 10**places
    digits = str(floor(exact + Fraction(1, 2))).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    text = f"{int(whole):,}" + (f".{part}" if places else "")
    return f"-{text}" if value < 0 else text


@dataclass
class TableRead:
    """A table of a page: the CSV file it names, and its rows of exact texts."""

    id: str
    file: str
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class FigureRead:
    """A figure of a page: the table behind it, what its marks are, how many it has."""

    table: str
    marks_of: str
    marks: int = 0


@dataclass
class PageRead:
    """What a test asks of a page."""

    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    tables: dict[str, TableRead] = field(default_factory=dict)
    figures: list[FigureRead] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Fills a PageRead; a cell's exact text is its <data value> where it has one."""

    VOID = frozenset(("meta", "link", "input", "br", "path", "line", "rect"))

    def __init__(self) -> None:
        super().__init__()
        self.page = PageRead()
        self.table: TableRead | None = None
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.exact: str | None = None
        self.in_head = self.in_marks = False
        self.group = False
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.links += [given[a] for a in ("href", "src", "action") if a in given]
        if "id" in given:
            self.page.ids.append(given["id"])
        if tag == "figure":
            self.page.figures.append(
                FigureRead(given["data-table"], given["data-marks-of"])
            )
        elif tag == "g" and self.in_marks:
            self.depth += 1
        elif tag == "g" and "rows_marks" in given.get("class", "").split():
            self.in_marks, self.depth = True, 1
        elif tag == "title" and self.in_marks:
            self.page.figures[-1].marks += 1
        elif tag == "table" and "data-csv" in given:
            self.table = TableRead(given["id"], given["data-csv"])
            self.page.tables[self.table.id] = self.table
        elif tag == "thead":
            self.in_head = True
        elif tag == "tr":
            self.row, self.group = [], given.get("class") == "group"
        elif tag in ("td", "th"):
            self.cell, self.exact = [], None
        elif tag == "data":
            self.exact = given["value"]
            self.page.numbers.append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "g" and self.in_marks:
            self.depth -= 1
            self.in_marks = self.depth > 0
        elif tag == "thead":
            self.in_head = False
        elif tag == "table":
            self.table = None
        elif tag in ("td", "th") and self.row is not None and self.cell is not None:
            text = "".join(self.cell)
            self.row.append(text if self.exact is None else self.exact)
            self.cell = None
        elif tag == "tr" and self.table is not None and not self.group:
            if self.in_head:
                self.table.header = self.row or []
            else:
                self.table.rows.append(self.row or [])

    def handle_data(self, data: str) -> None:
        self.page.text.append(data)
        if self.cell is not None:
            self.cell.append(data)


@cache
def read(path: Path) -> PageRead:
    """A page, read once."""
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.page


def csv_rows(path: Path) -> list[list[str]]:
    """All rows of a CSV file, the header first."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))
