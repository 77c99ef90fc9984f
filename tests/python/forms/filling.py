"""Forms as a person reads and fills them: by their labels and open cells."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from build_help import PROJECT

SEEDS = PROJECT / "seeds"
RETURN = "lscb_return"
#: What is written into the cells of a form, by turns; None: the row is left blank.
FIGURES = (
    (12, 48), (0, 7), ("<5", 20), (3, "*"), None, ("x", "x"), (1234, 5678),
)  # fmt: skip

PERIODS = ("2008-09Q1", "2007-08", "AY2007-08")
BLANK = "E09000002"
"""The authority that sends its form of the quarter as it got it."""


@dataclass(frozen=True)
class Filled:
    """What was written into one row: its code, what is open, and both figures."""

    code: str
    numerator: float | str
    denominator: float | str | None


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def boroughs() -> dict[str, str]:
    """Code and name of every authority."""
    return {
        row["area_code"]: row["area_name"]
        for row in seed("reference/areas")
        if row["area_type"] == "local_authority"
    }


def header_of(sheet: Worksheet, label: str) -> int:
    """The row in which a label stands."""
    return next(row[0].row for row in sheet if any(c.value == label for c in row))


def rows_of(sheet: Worksheet) -> Iterator[dict[str, Cell]]:
    """The rows below the header, each cell by its label."""
    head = header_of(sheet, "pi_code")
    labels = [cell.value for cell in sheet[head]]
    for row in sheet.iter_rows(min_row=head + 1):
        if row[0].value:
            yield dict(zip(labels, row, strict=True))


def is_open(cell: Cell) -> bool:
    return not cell.protection.locked


@cache
def plan(path: Path, turn: int) -> list[Filled]:
    """What somebody will write into a form, row after row."""
    sheet = openpyxl.load_workbook(path)[RETURN]
    filled = []
    for number, row in enumerate(rows_of(sheet), start=turn):
        figures = FIGURES[number % len(FIGURES)]
        if figures is not None:
            top, bottom = figures
            asked = is_open(row["denominator"])
            filled.append(Filled(row["pi_code"].value, top, bottom if asked else None))
    return filled


def fill(path: Path, to: Path, plan: list[Filled]) -> None:
    """Fill a form in with openpyxl, and save it elsewhere."""
    book = openpyxl.load_workbook(path)
    rows = {row["pi_code"].value: row for row in rows_of(book[RETURN])}
    for each in plan:
        row = rows[each.code]
        assert is_open(row["numerator"])
        row["numerator"].value = each.numerator
        if each.denominator is not None:
            assert is_open(row["denominator"])
            row["denominator"].value = each.denominator
    to.parent.mkdir(parents=True, exist_ok=True)
    book.save(to)


@dataclass(frozen=True)
class Forms:
    """A folder of forms by sender, and what will be written into each of them."""

    folder: Path

    def of(self, code: str, period: str) -> Path:
        """The workbook of a sender and period."""
        (path,) = (self.folder / code).glob(f"lscb_return__*__{period}__v1.xlsx")
        return path

    def every(self) -> Iterator[tuple[str, str, Path, list[Filled]]]:
        """Sender, period, form and plan of each."""
        for turn, code in enumerate(boroughs()):
            for period in PERIODS:
                path = self.of(code, period)
                is_blank = code == BLANK and period == PERIODS[0]
                yield code, period, path, [] if is_blank else plan(path, turn)
