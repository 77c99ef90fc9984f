"""The form of a return: what it asks, what it protects, and what comes of it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from filling import (
    BLANK,
    PERIODS,
    RETURN,
    Filled,
    Forms,
    boroughs,
    header_of,
    is_open,
    rows_of,
    seed,
)
from openpyxl.worksheet.worksheet import Worksheet

from build_help import Build

ENDS = {
    "2008-09Q1": date(2008, 6, 30),
    "2007-08": date(2008, 3, 31),
    "AY2007-08": date(2008, 8, 31),
}
TYPES = {
    "2008-09Q1": "quarter", "2007-08": "financial_year", "AY2007-08": "academic_year",
}  # fmt: skip
DUE_DAYS = int(
    next(r["due_days"] for r in seed("reference/extracts") if r["extract"] == RETURN)
)


def owed(area: str, period: str) -> list[str]:
    """What the catalogue says that an authority owes, worked out by hand."""
    excused = {
        row["indicator_id"]
        for row in seed("reference/area_exceptions")
        if row["area_code"] == area and row["applies"] == "always"
    }
    day = ENDS[period].isoformat()
    found = []
    for row in seed("catalogue/indicators"):
        comes_of_quarters = row["year_from_quarters"] in ("sum", "last")
        if (
            row["extract"] == RETURN
            and row["definition_status"] != "not_defined"
            and TYPES[period] in row["periods"].split("|")
            and not (TYPES[period] == "financial_year" and comes_of_quarters)
            and (row["valid_from"] or day) <= day <= (row["valid_to"] or day)
            and row["indicator_id"] not in excused
        ):
            found.append(row["indicator_id"])
    return found


def sheet_of(path: Path, name: str = RETURN) -> Worksheet:
    return openpyxl.load_workbook(path)[name]


def lists_of(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    """Cells that offer a list, and where it comes from."""
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            for area in rule.sqref.ranges:
                yield area.coord, rule.formula1


def listed(path: Path, source: str) -> list[str]:
    """What a list of a form offers."""
    if source.startswith('"'):
        return source.strip('"').split(",")
    sheet, _, cells = source.replace("$", "").rpartition("!")
    return [row[0].value for row in sheet_of(path, sheet.strip("'"))[cells]]


@pytest.mark.parametrize("period", PERIODS)
def test_each_borough_is_asked_for_what_it_owes_and_no_more(
    period: str, forms: Forms
) -> None:
    asked = {}
    for area in boroughs():
        rows = list(rows_of(sheet_of(forms.of(area, period))))
        asked[area] = [row["pi_code"].value for row in rows]
        assert asked[area] == owed(area, period), area
    assert len({len(codes) for codes in asked.values()}) == 1 + (period[0] != "A")


def test_definitions_stand_beside_the_cells(forms: Forms) -> None:
    by_code = {
        (row["indicator_id"], row["definition_version"]): row
        for row in seed("catalogue/indicators")
    }
    for row in rows_of(sheet_of(forms.of("E09000003", "2008-09Q1"))):
        told = by_code[row["pi_code"].value, str(row["definition"].value)]
        assert row["indicator"].value == told["title"]
        assert row["what is counted"].value == told["numerator_text"]
        assert is_open(row["denominator"]) == (told["denominator_basis"] == "sent")
        if told["denominator_text"]:
            assert row["out of what"].value == told["denominator_text"]


def test_all_is_locked_but_the_cells_to_fill(forms: Forms) -> None:
    book = openpyxl.load_workbook(forms.of("E09000003", "2007-08"))
    assert [s.title for s in book] == [
        row["sheet_name"] for row in seed("reference/form_sheets")
    ]
    for guard in (sheet.protection for sheet in book):
        assert guard.sheet
        # Whoever fills it in may widen what is too narrow for what they write.
        assert (guard.formatColumns, guard.formatRows) == (False, False)
        assert guard.insertRows and guard.deleteColumns
    filled = {
        row["column_name"]
        for row in seed("reference/form_columns")
        if row["sheet_name"] == RETURN and row["is_filled"] == "true"
    }
    for row in rows_of(book[RETURN]):
        asked = filled - ({"measure"} if not row["measure"].value else set())
        asked -= set() if is_open(row["denominator"]) else {"denominator"}
        assert {label for label, cell in row.items() if is_open(cell)} == asked
    head = header_of(book[RETURN], "pi_code")
    above = [cell for row in book[RETURN].iter_rows(max_row=head) for cell in row]
    assert not any(map(is_open, above))
    opened = {s.title: sum(is_open(c) for r in s for c in r) for s in book}
    assert opened["marks"] == opened["when and to whom"] == 0
    assert opened["cover"] == 3


def test_lists_offer_the_marks_of_the_seed_and_the_measure_that_counts(
    forms: Forms,
) -> None:
    path = forms.of("E09000003", "2007-08")
    sheet = sheet_of(path)
    offered = dict(lists_of(sheet))
    marks = [r["mark"] for r in seed("reference/marks") if r["is_on_form"] == "true"]
    assert len(marks) >= 5
    with_measure = 0
    for row in rows_of(sheet):
        for label in ("numerator", "denominator"):
            if is_open(row[label]):
                assert listed(path, offered[row[label].coordinate]) == marks
        if is_open(row["measure"]):
            with_measure += 1
            counts = [
                each["measure_qualifier"]
                for each in seed("catalogue/indicators")
                if each["indicator_id"] == row["pi_code"].value
            ]
            assert listed(path, offered[row["measure"].coordinate]) == counts
            assert row["measure"].value == counts[0]
    assert with_measure == 1


def test_a_mark_on_a_form_is_one_that_a_return_may_hold() -> None:
    for row in seed("reference/marks"):
        if row["is_on_form"] == "true":
            assert row["publisher"] == "any" and row["is_in_return"] == "true"
            assert row["is_reported"] == "false"


def test_it_says_by_when_to_whom_and_under_which_name(forms: Forms) -> None:
    for period in PERIODS:
        path = forms.of("E09000020", period)
        words = " ".join(
            str(cell.value)
            for row in sheet_of(path, "when and to whom")
            for cell in row
            if cell.value
        )
        due = ENDS[period] + timedelta(days=DUE_DAYS)
        assert f"{due.day} {due:%B %Y}" in words
        assert "data manager" in words
        assert f"lscb_return__Kensington-and-Chelsea__{period}__v1.xlsx" in words


def test_the_explanations_offer_reasons_and_codes(forms: Forms) -> None:
    path = forms.of("E09000003", "AY2007-08")
    offered = dict(lists_of(sheet_of(path, "explanations")))
    codes, reasons = (listed(path, source) for source in offered.values())
    assert codes == owed("E09000003", "AY2007-08")
    listed_in = seed("reference/explanation_reasons")
    assert reasons == [row["reason"] for row in listed_in] and len(reasons) >= 8


def test_the_sheet_for_explanations_is_the_extract_of_that_name() -> None:
    """But for its column for the definition, of which a form has one a row."""
    sheet, extract = (
        {row["column_name"] for row in seed(f"reference/{name}") if row[key] == each}
        for name, key, each in (
            ("form_columns", "sheet_name", "explanations"),
            ("extract_columns", "extract", "explanations"),
        )
    )
    assert sheet == extract - {"definition"}


def test_nothing_is_shown_where_nothing_was_landed(forms: Forms) -> None:
    sheet = sheet_of(forms.of("E09000003", "2008-09Q1"))
    for row in rows_of(sheet):
        assert row["numerator before"].value is row["denominator before"].value is None
    head = header_of(sheet, "pi_code")
    above = [str(c.value) for r in sheet.iter_rows(max_row=head) for c in r if c.value]
    assert any("No earlier return" in text for text in above)


# What comes back


def in_lake(cell: float | str | None) -> tuple[float | None, str | None]:
    """A number and a mark, as the lake keeps what stood in a cell."""
    return (None, cell) if isinstance(cell, str) else (cell, None)


def test_every_cell_lands_as_it_was_filled_in(forms: Forms, returned: Build) -> None:
    landed: dict[tuple[str, str], dict[str, tuple]] = {}
    for area, period, code, *cells in returned.marts.execute(
        "select submitter_code, period_id, indicator_id, numerator, numerator_mark,"
        " denominator, denominator_mark from staging.stg_boroughs__returns"
        " inner join intermediate.int_submissions using (file_id)"
        " where record_state = 'accepted'"
    ).fetchall():
        landed.setdefault((area, period), {})[code] = tuple(cells)
    for area, period, _, written in forms.every():
        expected = {
            each.code: (*in_lake(each.numerator), *in_lake(each.denominator))
            for each in written
        }
        assert landed.get((area, period), {}) == expected, (area, period)


def test_nothing_is_set_aside_and_nothing_remarked(
    forms: Forms, returned: Build
) -> None:
    marts = returned.marts
    files = marts.execute(
        "select submitter, period_id, status, lines_read, rows_accepted,"
        " rows_set_aside, rows_passed_over from mart.fct_submissions"
    ).fetchall()
    assert len(files) == len(boroughs()) * len(PERIODS)
    plans: dict[tuple[str, str], list[Filled]] = {
        (area, period): written for area, period, _, written in forms.every()
    }
    for area, period, status, lines, accepted, aside, passed in files:
        if (area, period) == (BLANK, PERIODS[0]):
            assert status == "refused"
            continue
        assert (status, aside) == ("accepted", 0)
        assert accepted == len(plans[area, period])
        assert lines == len(owed(area, period)) == accepted + passed
    (aside,) = marts.execute("select count(*) from mart.fct_set_aside").fetchone()
    (told,) = marts.execute(
        "select count(*) from mart.fct_submission_notices"
        " where notice_code <> 'submission_early'"
    ).fetchone()
    assert (aside, told) == (0, 0)


def test_a_blank_form_is_nothing_sent_and_no_zero(returned: Build) -> None:
    statuses = returned.marts.execute(
        "select value_status, count(*), count(numerator)"
        " from mart.fct_indicator_values where area_code = ? and period_id = ?"
        " and list_contains(?, indicator_id) group by all",
        [BLANK, PERIODS[0], owed(BLANK, PERIODS[0])],
    ).fetchall()
    assert statuses == [("not_submitted", len(owed(BLANK, PERIODS[0])), 0)]
    ((reason,),) = returned.marts.execute(
        "select reason from mart.fct_submissions where status = 'refused'"
    ).fetchall()
    assert "no figure and no mark" in reason


def test_a_row_left_blank_is_nothing_sent_and_a_zero_is_a_zero(
    forms: Forms, returned: Build
) -> None:
    shown = {
        (area, period, code): (status, numerator)
        for area, period, code, status, numerator in returned.marts.execute(
            "select area_code, period_id, indicator_id, value_status, numerator"
            " from mart.fct_indicator_values"
        ).fetchall()
    }
    blank = zeros = 0
    for area, period, _, written in forms.every():
        codes = {each.code: each for each in written}
        for code in owed(area, period):
            status, numerator = shown[area, period, code]
            if code not in codes:
                assert (status, numerator) == ("not_submitted", None)
                blank += 1
            elif codes[code].numerator == 0:
                # no population was landed here
                assert status in ("reported", "no_denominator") and numerator == 0
                zeros += 1
    assert blank > 100 and zeros > 100


# What a row says of itself


@pytest.mark.parametrize("period", ["2008-09Q1"])
def test_formulas_are_of_functions_that_both_programs_know(
    period: str, forms: Forms
) -> None:
    known = {"IF", "AND", "OR", "NOT", "ISNUMBER", "ROUND", "SUMPRODUCT", "COUNTA"}
    book = openpyxl.load_workbook(forms.of("E09000003", period))
    formulas = [
        cell.value
        for sheet in book
        for row in sheet
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    ]
    assert len(formulas) > 2 * len(owed("E09000003", period))
    used = {name for each in formulas for name in re.findall(r"([A-Z]+)\(", each)}
    assert used == known
