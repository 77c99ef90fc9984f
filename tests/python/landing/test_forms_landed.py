"""Forms that come back: what landing reads, and what it lawfully passes over."""

import io
import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
from landing_help import LADO_HEADER, Lander, adds_up, lado_row

from lscb.add import add_files
from lscb.landing.ledger import Entry, Ledger
from lscb.landing.retention import remains_of, remove_records

FORM = "lscb form: lscb_return E09000003 2008-09Q1"
NAME = "lscb_return__Barnet__2008-09Q1__v1.csv"
HEADER = "pi_code,indicator,numerator,denominator,note,numerator before"
ROWS = ("SG02,Repeats,12,40,,8", "SG03,Assessments,,,,7", "SG04,Core,0,9,,")
BLANK = [re.sub(r"^(SG\d\d,\w+).*", r"\1,,,,7", row) for row in ROWS]
LADO_FORM = "lscb form: lado_referrals E09000002 2008-09Q1,Delete this line if nil"


def text(*lines: str) -> str:
    return "\n".join([*lines, ""])


def test_a_row_left_blank_is_passed_over_and_accounted_for(lander: Lander) -> None:
    entry = lander.one(NAME, text(FORM, "Barnet", HEADER, *ROWS))
    assert (entry.rows_accepted, entry.rows_passed_over) == (2, 1)
    assert adds_up(entry) and entry.refusal_code is None
    read = {r["indicator_id"]: r["numerator"] for r in lander.accepted("lscb_return")}
    assert read == {"SG02": 12, "SG04": 0}


def test_without_the_mark_a_blank_is_what_it_always_was(lander: Lander) -> None:
    entry = lander.one(NAME, text(HEADER, *ROWS))
    assert (entry.rows_accepted, entry.rows_passed_over) == (3, 0)


def test_a_number_that_cannot_be_read_is_not_a_blank(lander: Lander) -> None:
    entry = lander.one(NAME, text(FORM, HEADER, *ROWS, "SG05,x,1O,,,"))
    assert entry.rows_set_aside == 1


@pytest.mark.parametrize("after", ["same name", "same version elsewhere"])
def test_a_blank_form_claims_nothing(lander: Lander, after: str) -> None:
    assert lander.one(NAME, text(FORM, HEADER, *BLANK)).refusal_code == (
        "form_left_blank"
    )
    if after == "same name":
        entry = lander.one(NAME, text(FORM, HEADER, *ROWS))
    else:
        lander.send(NAME, text(FORM, HEADER, *ROWS), "lscb_return/again")
        lander.land()
        entry = lander.entry(f"again/{NAME}")
    assert entry.refusal_code is None and entry.rows_accepted == 2


@pytest.mark.parametrize(
    "mark",
    [
        "lscb form: lscb_return E09000004 2008-09Q1",
        "lscb form: lscb_return E09000003 2008-09Q2",
        "lscb form: lado_referrals E09000003 2008-09Q1",
        "lscb form: lscb_return Nowhere 2008-09Q1",
        "lscb form: lscb_return E09000003 Sep-08",
    ],
)
def test_a_form_under_another_name_is_refused(lander: Lander, mark: str) -> None:
    entry = lander.one(NAME, text(mark, HEADER, *ROWS))
    assert entry.refusal_code == "form_of_another" and not entry.is_readable
    assert mark.split()[-1] in str(entry.refusal_reason)


@pytest.mark.parametrize(
    "mark", [f'"{FORM}",,,,,', FORM.upper(), f",  {FORM}  ", FORM.replace(" ", "  ")]
)
def test_the_mark_is_known_however_a_program_saves_it(
    lander: Lander, mark: str
) -> None:
    assert lander.one(NAME, text(mark, HEADER, *ROWS)).rows_passed_over == 1


def test_columns_of_the_form_are_no_extras_and_others_are(lander: Lander) -> None:
    lander.one(NAME, text(FORM, f"{HEADER},ward", *(f"{row},1" for row in ROWS)))
    assert lander.notices() == {("ward", "column_extra", 1)}


def test_a_form_for_records_left_blank_is_no_nil_return(lander: Lander) -> None:
    name = "lado_referrals__LBBD__2008-09Q1__v1.csv"
    assert lander.one(name, text(LADO_FORM, LADO_HEADER)).refusal_code == (
        "form_left_blank"
    )
    entry = lander.one(name, text(LADO_HEADER))
    assert (entry.refusal_code, entry.lines_read) == (None, 0)


def test_a_form_for_records_takes_them(lander: Lander) -> None:
    name = "lado_referrals__LBBD__2008-09Q1__v1.csv"
    entry = lander.one(name, text(LADO_FORM, LADO_HEADER, lado_row("1")))
    assert (entry.rows_accepted, entry.rows_passed_over) == (1, 0)
    assert lander.notices() == set()


# Workbooks


def workbook(**sheets: list[list[object]]) -> bytes:
    """A workbook of these sheets, in this order."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FIGURES = [[FORM], [], HEADER.split(","), ["SG02", "Repeats", 12, 40, None, "=8"]]
EXPLAINED = [
    ["Explanations"],
    ["pi_code", "numerator", "denominator", "reason", "rule", "explanation"],
]


def test_sheets_of_the_form_are_passed_over_by_the_list(lander: Lander) -> None:
    """Even one with the header of the figures; a sheet that is not listed is told."""
    name = NAME.replace(".csv", ".xlsx")
    second = FIGURES[2:]
    entry = lander.one(
        name, workbook(cover=second, marks=second, lscb_return=FIGURES, mine=second)
    )
    assert entry.rows_accepted == 1
    assert lander.notices() == {(None, "sheets_unread", 1)}


BOOK = NAME.replace(".csv", ".xlsx")
ROAD = "explanations__Barnet__2008-09Q1__v1.csv"
WORDS = "A group of families"


def explained(lander: Lander, *rows: list[object], header: int = 2) -> Entry:
    """Land a form with these rows on its sheet for explanations."""
    sheet = [*EXPLAINED[:header], *rows]
    return lander.one(
        BOOK, workbook(cover=[["x"]], lscb_return=FIGURES, explanations=sheet)
    )


def test_explanations_of_a_form_are_records_without_their_words(
    lander: Lander,
) -> None:
    entry = explained(
        lander,
        ["SG02", 12, 40, "Real  change", None, WORDS],
        [None, " "],
        ["sg04", "<5", None, "estimate", "Figure_Spikes"],
    )
    assert (entry.rows_accepted, entry.rows_set_aside) == (1, 0)
    assert lander.notices() == {(None, "explanations_on_sheet", 2)}
    first, second = lander.accepted("explanations")
    assert {first["file_id"], second["file_id"]} == {entry.file_id}
    assert (first["line_number"], second["line_number"]) == (3, 5)
    assert (first["numerator"], first["denominator"]) == (12, 40)
    assert (first["reason"], first["rule_code"]) == ("real change", None)
    assert (second["numerator"], second["numerator_mark"]) == (None, "<5")
    assert (second["indicator_id"], second["rule_code"]) == ("SG04", "figure_spikes")
    assert not any(WORDS in str(value) for value in first.values())


def test_what_is_wrong_with_an_explanation_is_told_and_costs_no_figure(
    lander: Lander,
) -> None:
    entry = explained(
        lander,
        ["SG99", 1, 2, "estimate"],
        ["SG02", 1, 2, "because"],
        ["SG04", None, None, "estimate"],
    )
    assert (entry.refusal_code, entry.rows_accepted) == (None, 1)
    assert adds_up(entry) and lander.accepted("explanations") == []
    assert lander.set_aside() == {
        (3, "explanations: pi_code", "value", "indicator_unknown"),
        (4, "explanations: reason", "value", "not_in_list"),
        (5, "explanations: numerator", "value", "value_blank"),
    }


def test_what_is_set_aside_on_both_sheets_is_told_of_both(lander: Lander) -> None:
    figures = [*FIGURES, ["SG98", "x", 1, 2]]
    sheet = [*EXPLAINED, ["SG99", 1, 2, "estimate"]]
    entry = lander.one(BOOK, workbook(lscb_return=figures, explanations=sheet))
    assert entry.rows_set_aside == 1
    assert {row[:2] for row in lander.set_aside()} == {
        (5, "pi_code"),
        (3, "explanations: pi_code"),
    }


def test_a_sheet_for_explanations_that_cannot_be_read_is_told(lander: Lander) -> None:
    entry = explained(lander, ["SG02", "real change", WORDS], header=1)
    assert entry.rows_accepted == 1
    assert lander.notices() == {(None, "explanations_unread", 1)}


@pytest.mark.parametrize("header", [0, 2])
def test_a_sheet_left_blank_says_nothing(lander: Lander, header: int) -> None:
    sheet = EXPLAINED[:header]
    lander.one(BOOK, workbook(lscb_return=FIGURES, explanations=sheet))
    assert lander.notices() == set()


def test_explanations_come_in_a_file_of_their_own_too(lander: Lander) -> None:
    entry = lander.one(
        ROAD,
        text(
            "pi_code,numerator,denominator,reason,rule,explanation",
            f"SG02,12,40,real change,,{WORDS}",
            "SG04,3,,estimate,,",
            "SG04,,9,estimate,figure_spikes,",
        ),
    )
    assert (entry.extract, entry.rows_accepted) == ("explanations", 2)
    assert lander.set_aside() == {(4, "numerator", "record", "value_blank")}
    assert not any(WORDS in str(row) for row in lander.accepted("explanations"))


def test_explanations_go_with_the_form_that_held_them(lander: Lander) -> None:
    """Read again where they are gone; gone where the form is read otherwise."""
    entry = explained(lander, ["SG02", 12, 40, "real change"])
    folder = lander.settings.lake / "extracts/explanations"
    path = folder / f"{entry.file_id}.parquet"
    path.unlink()
    lander.land()
    assert path.exists()
    (lander.settings.landing / "lscb_return" / BOOK).unlink()
    lander.send("lado_referrals__LBBD__2008-09Q1__v1.csv", text(LADO_HEADER))
    removal = remove_records(
        lander.settings, date(2010, 1, 1), date(2011, 1, 1), extract="lscb_return"
    )
    assert removal.record_files == 2 and not path.exists()
    assert remains_of(lander.settings, removal.entries) == []


def test_explanations_that_a_later_reading_does_not_find_are_gone(
    lander: Lander,
) -> None:
    entry = explained(lander, ["SG02", 12, 40, "real change"])
    ledger = Ledger(lander.settings.lake)
    known = ledger.entries[entry.file_id]
    known.contract, known.sha256 = "", archived(lander, workbook(lscb_return=FIGURES))
    ledger.write(known)
    lander.land()
    assert lander.accepted("explanations") == []
    assert len(lander.accepted("lscb_return")) == 1


def archived(lander: Lander, content: bytes) -> str:
    """The digest of a file put into the archive."""
    digest = sha256(content).hexdigest()
    (lander.settings.lake / "archive" / digest).write_bytes(content)
    return digest


# Files of any name


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_form_of_any_name_is_told_for_certain(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCB_LANDING", str(tmp_path / "landing"))
    path = tmp_path / f"return final v2 (3).{ending}"
    if ending == "csv":
        path.write_text(text(FORM, HEADER, *ROWS))
    else:
        path.write_bytes(workbook(cover=[["x"]], lscb_return=FIGURES))
    assert add_files([path]) == 0
    (placed,) = (tmp_path / "landing").rglob("*.*")
    assert placed.name == f"lscb_return__E09000003__2008-09Q1__v1.{ending}"


def test_a_form_whose_dates_say_otherwise_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LSCB_LANDING", str(tmp_path / "landing"))
    path = tmp_path / "lado.csv"
    path.write_text(text(LADO_FORM, LADO_HEADER, lado_row("1", "2008-08-01")))
    assert add_files([path]) == 1
    assert "2008-09Q1 (a guess)" in capsys.readouterr().out
    assert not (tmp_path / "landing").exists()
