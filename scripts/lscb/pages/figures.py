"""Tables and figures: what a page shows, and the CSV file that says the same."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from lscb.pages.drawing import Drawing
from lscb.pages.published import Row

# More rows than this make a page too heavy to open on a telephone.
LONGEST = 1_000


def plain(value: Any) -> str:
    """A value as a file has it: whole numbers without a point, dates by ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def rounded(value: Any, decimals: int) -> str:
    """A number for a reader, with thousands separators; empty for nothing.

    A half goes up, as people do it: of what the number is written as, not of the
    binary fraction that stands for it.
    """
    if value is None:
        return ""
    step = Decimal(1).scaleb(-decimals)
    return f"{Decimal(repr(value)).quantize(step, ROUND_HALF_UP):,f}"


@dataclass(frozen=True)
class Column:
    """One column of a table: its key in the rows, its heading, and how it is shown.

    Where `decimals` is None each row says for itself, in its own `decimals`. What is
    not `on_paper` is left out where the page is printed.
    """

    key: str
    label: str
    kind: str = "text"
    decimals: int | None = 0
    link: Callable[[Row], str | None] | None = None
    on_paper: bool = True

    def text(self, row: Row) -> str:
        """What a reader sees in the cell."""
        value = row.get(self.key)
        if self.kind == "number" and value is not None:
            own = row["decimals"] if self.decimals is None else self.decimals
            return rounded(value, own)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return plain(value)

    def plain(self, row: Row) -> str:
        """What the CSV file has in the cell."""
        value = row.get(self.key)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return plain(value)


def indicator_page(row: Row) -> str | None:
    """The page of the indicator that a row is about, if it is about one."""
    return f"indicators/{row['indicator_id']}.html" if row["indicator_id"] else None


def indicator_column() -> Column:
    """The indicator's code, with its page."""
    return Column("indicator_id", "Indicator", link=indicator_page)


@dataclass
class Table:
    """A table with a name, and the CSV file of the site that equals it.

    With `cards` each of its rows is a card where the window is narrow. Of its rows
    those are printed that `on_paper` takes.
    """

    name: str
    title: str
    columns: list[Column]
    rows: list[Row] = field(repr=False)
    note: str = ""
    filters: list[str] = field(default_factory=list)
    cards: bool = False
    on_paper: Callable[[Row], bool] = field(default=lambda row: True, repr=False)

    @classmethod
    def capped(
        cls, name: str, title: str, columns: list[Column], rows: list[Row], **more: Any
    ) -> "Table":
        """A table of a bounded length, which says what it leaves out."""
        note = more.pop("note", "")
        if len(rows) > LONGEST:
            note += (
                f" {LONGEST:,} of {len(rows):,} rows are shown; the published file and"
                " the exports have all."
            )
        return cls(name, title, columns, rows[:LONGEST], note.strip(), **more)

    @property
    def file(self) -> str:
        """Path of the CSV file below the site's folder."""
        return f"data/{self.name}.csv"

    @property
    def anchor(self) -> str:
        """The part of the name that is unique on its page."""
        return self.name.rsplit("/", 1)[-1]

    def options(self, key: str) -> list[str]:
        """The values to choose from when the table is filtered by a column."""
        (column,) = (column for column in self.columns if column.key == key)
        return sorted({column.text(row) for row in self.rows} - {""})

    def write(self, folder: Path) -> None:
        """Write the CSV file."""
        path = folder / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow([column.key for column in self.columns])
            writer.writerows(
                [column.plain(row) for column in self.columns] for row in self.rows
            )


@dataclass
class Figure:
    """A chart and the table behind it.

    `marks_of` names the column whose filled cells are the chart's marks; empty where
    every row is one. `listed` are its lines for a window too narrow for the chart.
    """

    table: Table
    drawing: Drawing
    note: str = ""
    marks_of: str = ""
    listed: list[Row] = field(default_factory=list, repr=False)
    svg: str = ""


@dataclass
class Page:
    """One page: where it goes, its template, its title, and what the template needs."""

    path: str
    template: str
    title: str
    context: dict[str, Any] = field(repr=False)
    kind: str = "Page"
    summary: str = ""

    @property
    def root(self) -> str:
        """The way from the page to the site's folder."""
        return "../" * self.path.count("/")


def parts_of(page: Page, wanted: type) -> list[Any]:
    """Every table or figure within a page's context, wherever it lies."""
    found = []

    def walk(thing: Any) -> None:
        if isinstance(thing, wanted):
            found.append(thing)
        if isinstance(thing, Figure) and wanted is Table:
            found.append(thing.table)
        elif isinstance(thing, dict):
            for part in thing.values():
                walk(part)
        elif isinstance(thing, list | tuple):
            for part in thing:
                walk(part)

    walk(page.context)
    return found
