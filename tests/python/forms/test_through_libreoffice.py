"""Forms filled in and saved by LibreOffice land as those that openpyxl filled."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest
from filling import PERIODS, RETURN, Filled, Forms, rows_of
from office import CSV, ODS, SOFFICE, XLSX, work

from build_help import made_once
from lscb.landing import land
from lscb.landing.ledger import Ledger
from lscb.settings import Settings

pytestmark = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice is not installed (Debian: libreoffice-calc)"
)

#: The third sheet alone, as it would be saved while it is in view.
ONE_SHEET = "44,34,76,1,,0,false,true,false,false,false,3"
WAYS = ("xlsx", "ods", "csv")
Step = tuple[str, ...]
Figure = float | str | None

# Figures that somebody gets wrong, and what the row must say of them: by code.
SLIPS = {
    "SG02": (50, 40, "more than the denominator"),
    "SG03": (30.5, 40, "whole numbers"),
    "SG04": (12, None, "denominator is missing"),
    "SG05": (None, 40, "numerator is missing"),
    "SG07": ("12 or so", 40, "neither a number nor a mark"),
    "SG09": (-1, 40, "below 0"),
    "SG10": (30, 40, "unusual: usually 0 to 20 %"),
    "SG11": (39, 40, ""),
    "SG13": (0, None, ""),
    "SG14": ("<5", 40, ""),
    "SG22": ("*", "x", ""),
    "SG37": ("abc*", 40, "neither a number nor a mark"),
    "SG41": (0, 0, ""),
}


def typed(figures: list[tuple[str, Figure]]) -> list[Step]:
    """The steps that type figures into the cells of a form."""
    return [
        ("text", RETURN, cell, figure)
        if isinstance(figure, str)
        else ("number", RETURN, cell, str(figure))
        for cell, figure in figures
        if figure is not None
    ]


def cells_of(
    path: object, written: list[Filled]
) -> list[tuple[str, float | str | None]]:
    """Where a person writes what is planned."""
    rows = {
        r["pi_code"].value: r for r in rows_of(openpyxl.load_workbook(path)[RETURN])
    }
    return [
        (rows[each.code][label].coordinate, figure)
        for each in written
        for label, figure in (
            ("numerator", each.numerator),
            ("denominator", each.denominator),
        )
    ]


def of_quarter(forms: Forms) -> Iterator[tuple[str, Path, list[Filled]]]:
    """Sender, form and plan of the quarter's forms that are filled in."""
    for code, period, path, written in forms.every():
        if period == PERIODS[0] and written:
            yield code, path, written


def ways_of(code: str) -> tuple[str, ...]:
    """In which ways a sender's form is saved: as a workbook always, and by turns."""
    return ("xlsx", *(("ods", "csv")[: 2 * (int(code[-2:]) % 4 == 1)]))


@pytest.fixture(scope="module")
def saved(forms: Forms, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The forms of a quarter, typed into and saved by LibreOffice in three ways."""

    def make(folder: Path) -> None:
        steps: list[Step] = []
        for way in WAYS:
            (folder / way / "landing" / RETURN).mkdir(parents=True)
        for code, path, written in of_quarter(forms):
            steps += [("open", str(path)), *typed(cells_of(path, written))]
            for way in ways_of(code):
                place = folder / way / "landing" / RETURN
                if way == "ods":
                    steps.append(("save", str(folder / f"{path.stem}.ods"), ODS, ""))
                elif way == "csv":
                    to = str(place / f"{path.stem}.csv")
                    steps.append(("save", to, CSV, ONE_SHEET))
                else:
                    steps.append(("save", str(place / path.name), XLSX, ""))
            steps.append(("close",))
            if "ods" in ways_of(code):
                steps += [
                    ("open", str(folder / f"{path.stem}.ods")),
                    (
                        "save",
                        str(folder / "ods" / "landing" / RETURN / path.name),
                        XLSX,
                        "",
                    ),
                    ("close",),
                ]
        path = forms.of("E09000003", PERIODS[0])
        slips = [Filled(code, *figures[:2]) for code, figures in SLIPS.items()]
        steps += [("open", str(path)), *typed(cells_of(path, slips))]
        steps += [("save", str(folder / "slips.xlsx"), XLSX, ""), ("close",)]
        work(steps, folder)

    return made_once(tmp_path_factory, "libreoffice", make)


@pytest.mark.parametrize("way", WAYS)
def test_what_was_typed_lands_the_same_however_it_is_saved(
    way: str, saved: Path, forms: Forms
) -> None:
    settings = Settings(saved / way / "landing", saved / way / "lake")
    for path in (settings.landing / RETURN).glob(f"*-{RETURN}.csv"):
        # LibreOffice adds the name of the sheet.
        path.rename(path.with_name(path.name.replace(f"-{RETURN}.csv", ".csv")))
    land(None, settings, lambda line: None)
    ledger = Ledger(settings.lake)
    entries = {entry.submitter_code: entry for entry in ledger.entries.values()}
    plans = {
        code: written for code, _, written in of_quarter(forms) if way in ways_of(code)
    }
    assert len(plans) >= 7
    assert entries.keys() == plans.keys()
    for code, written in plans.items():
        entry = entries[code]
        assert entry.refusal_code is None, entry.refusal_reason
        assert (entry.rows_set_aside, entry.notices) == (0, [])
        assert entry.rows_accepted == len(written)
        assert cells_landed(ledger.records_path(entry)) == {
            each.code: (each.numerator, each.denominator) for each in written
        }


def cells_landed(path: Path) -> dict[str, tuple[Figure, Figure]]:
    """The figures of one file as the lake has them."""
    found = duckdb.sql(
        "select indicator_id, numerator, numerator_mark, denominator, denominator_mark"
        f" from '{path}'"
    ).fetchall()
    return {
        code: (top if mark is None else mark, bottom if other is None else other)
        for code, top, mark, bottom, other in found
    }


def test_a_row_says_what_is_wrong_with_it(saved: Path) -> None:
    """In LibreOffice's own reckoning of the formulas."""
    book = openpyxl.load_workbook(saved / "slips.xlsx", data_only=True)
    rows = {row["pi_code"].value: row for row in rows_of(book[RETURN])}
    for code, (top, bottom, said) in SLIPS.items():
        looked = rows[code]["look at this"].value or ""
        assert (said in looked) if said else (looked == ""), (code, looked)
        value = rows[code]["worked out"].value
        if isinstance(top, int) and top >= 0 and bottom:
            assert value == pytest.approx(100 * top / bottom), code
    to_look_at = sum(bool(said) for *_, said in SLIPS.values())
    counted = {row[0].value: row[1].value for row in book["cover"].iter_rows(max_col=2)}
    assert counted["Rows to look at again"] == to_look_at
    tops = sum(top is not None for top, *_ in SLIPS.values())
    assert counted["Rows filled in"] == tops


def test_every_formula_has_a_result(saved: Path) -> None:
    book = openpyxl.load_workbook(saved / "slips.xlsx", data_only=True)
    errors = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book
        for row in sheet
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith(("#", "Err:"))
    ]
    assert errors == []
