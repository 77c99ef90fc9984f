"""Names and texts as sent steer no terminal and start no formula."""

from pathlib import Path

import openpyxl
import pytest

from lscb.harmless import harmless, printable
from lscb.sheets.returns import _write_workbook


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\x1b]0;x\x07", "a\u202eb"]
)
def test_what_was_sent_is_spelt_out(text: str) -> None:
    said = harmless(text)
    assert said.isprintable()
    assert said[0] not in "=+-@\t" and said.lstrip()[0] not in "=+-@"


def test_usual_names_stay_as_they_are() -> None:
    for text in ("lado_referrals__Croydon__2007-08Q1__v1.csv", "Kürzel £ 5", ""):
        assert harmless(text) == printable(text) == text


def test_a_sheet_holds_no_formula_and_no_control_character(tmp_path: Path) -> None:
    book = tmp_path / "sheet.xlsx"
    rows = [["=HYPERLINK(1)", "\x1b[2J", 3, None]]
    table = {"title": "What", "none": "", "columns": ("a", "b", "c", "d"), "after": ""}
    _write_workbook(book, "=cmd", "Of a draft.", [table | {"rows": rows}])
    cells = [
        cell for row in openpyxl.load_workbook(book).active.iter_rows() for cell in row
    ]
    assert all(cell.data_type != "f" for cell in cells)
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert all(text.isprintable() and text[0] not in "=+-@" for text in texts)
