"""Workbooks and Parquet files: typed cells become the text a sender would type."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from landing_help import LADO, LADO_HEADER, Lander, adds_up, lado_text

from lscb.landing import workbooks

BOOK = LADO.replace(".csv", ".xlsx")
POPULATION_BOOK = "population__ONS__2008__v1.xlsx"
RETURN_BOOK = "lscb_return__LBBD__2008-09Q1__v1.xlsx"
Row = list[object]


def book(rows: list[Row], sheet: str = "Sheet1", is_1904: bool = False) -> bytes:
    """A workbook of one sheet."""
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "default_date_format": "dd/mm/yyyy",
        "date_1904": is_1904,
    }
    with xlsxwriter.Workbook(content, options) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    worksheet.write(number, place, cell)
    return content.getvalue()


def lado_cells(*rows: Row) -> list[Row]:
    return [list(LADO_HEADER.split(",")), *rows]


def lado_cell_row(key: object, day: object, closed: object = None) -> Row:
    return [key, day, "Referral", None, None, None, "school", None, None, closed, None]


def test_cells_keep_their_meaning(lander: Lander) -> None:
    rows = lado_cells(
        lado_cell_row(1, date(2008, 5, 1), datetime(2008, 6, 1, 12, 30)),
        lado_cell_row(2.0, 39569, "4/5/2008"),
        lado_cell_row("003", "1/5/2008", 39569.75),
    )
    entry = lander.one(BOOK, book(rows))
    assert entry.rows_accepted == 3
    found = lander.records("lado_referrals")
    assert [r["referral_id"] for r in found] == ["1", "2", "003"]
    assert {r["referral_date"] for r in found} == {date(2008, 5, 1)}
    assert [r["closed_date"] for r in found] == [
        date(2008, 6, 1),
        date(2008, 5, 4),
        date(2008, 5, 1),
    ]
    assert [r["line_number"] for r in found] == [2, 3, 4]


def test_serial_numbers_of_1904_are_days_of_that_system(lander: Lander) -> None:
    rows = lado_cells(
        lado_cell_row(1, 38107),
        lado_cell_row(2, datetime(2008, 5, 1)),
    )
    assert lander.one(BOOK, book(rows, is_1904=True)).rows_accepted == 2
    days = {r["referral_date"] for r in lander.records("lado_referrals")}
    assert days == {date(2008, 5, 1)}


def test_a_serial_number_is_no_date_in_text(lander: Lander) -> None:
    rows = lado_cells(lado_cell_row(1, "39569"))
    assert lander.one(BOOK, book(rows)).refusal_code == "half_set_aside"
    assert lander.set_aside() == {(2, "referral_date", "record", "date_malformed")}


def test_the_sheet_named_as_the_extract_is_read_else_the_first(
    lander: Lander, tmp_path: Path
) -> None:
    for titles, expected in (
        (["Notes", "LADO_Referrals"], "named"),
        (["First", "Second"], "first"),
    ):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for place, title in enumerate(titles):
            sheet = workbook.create_sheet(title)
            if title != "Notes":
                sheet.append(LADO_HEADER.split(","))
                key = "named" if title == "LADO_Referrals" else titles[place].lower()
                sheet.append(lado_cell_row(key, date(2008, 5, 1)))
        workbook.save(tmp_path / "book.xlsx")
        lander.one(BOOK, (tmp_path / "book.xlsx").read_bytes())
        query = "select referral_id from extracts/lado_referrals/*.parquet"
        assert {"referral_id": expected} in lander.query(query)


def test_stored_values_of_formulas_and_error_cells(
    lander: Lander, tmp_path: Path
) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        header = ["pi_code", "definition", "numerator", "denominator", "value"]
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, ["SG02", 1, 5, 50])
        sheet.write_formula(1, 4, "=C2/D2*100", None, 10)
        sheet.write_row(2, 0, ["SG03", 1, 5, 50])
        sheet.write_formula(2, 4, "=C3/0", None, "#DIV/0!")
        sheet.write_row(3, 0, ["SG04", 1, 5])
        sheet.write_formula(3, 3, "=NA()", None, "#N/A")
        sheet.write_row(4, 0, ["SG05", 1, 5, 50])
    entry = lander.one(RETURN_BOOK, content.getvalue())
    assert entry.rows_accepted == 4
    assert lander.set_aside() == {
        (3, "value", "value", "measure_malformed"),
        (4, "denominator", "value", "measure_malformed"),
    }
    assert lander.records("lscb_return")[0]["sent_value"] == 10.0


def test_rows_and_columns_that_begin_late_keep_their_numbers(lander: Lander) -> None:
    rows = [[None], [None, "Title"], [None]]
    rows += [[None, *row] for row in lado_cells(lado_cell_row(1, date(2008, 5, 1)))]
    entry = lander.one(BOOK, book(rows))
    assert (entry.lines_read, entry.rows_accepted) == (1, 1)
    assert lander.records("lado_referrals")[0]["line_number"] == 5


def test_a_workbook_cut_off_or_that_is_none_is_refused(lander: Lander) -> None:
    whole = book(lado_cells(lado_cell_row(1, date(2008, 5, 1))))
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    for broken in (whole[:-30], whole[:100], lado_text().encode(), bytes(damaged)):
        assert lander.one(BOOK, broken).refusal_code == "workbook_broken"
    assert lander.one(BOOK, b"").refusal_code == "empty_file"


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "UNPACKED_LIMIT", 10_000_000)
    plain = io.BytesIO(book(lado_cells(lado_cell_row(1, date(2008, 5, 1)))))
    with zipfile.ZipFile(plain, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 11_000_000)
    assert lander.one(BOOK, plain.getvalue()).refusal_code == "workbook_too_large"


def test_two_cells_in_far_corners_do_not_fill_the_memory(lander: Lander) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, LADO_HEADER.split(","))
        sheet.write(1_048_575, 16_383, "far")
    assert lander.one(BOOK, content.getvalue()).refusal_code == "cell_far_away"


LADO_PARQUET = LADO.replace(".csv", ".parquet")


def parquet(**columns: object) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


def test_parquet_types_become_text_in_one_way(lander: Lander) -> None:
    content = parquet(
        gss_code=["E09000001", "E09000002", "E09000003", "E09000004"],
        age_band=pa.array(["all", "5", "0-17", "all"]).dictionary_encode(),
        persons=pa.array([7429.0, 10.0, 5.5, None]),
        vintage=pa.array([Decimal("1.50"), Decimal("2.00"), None, None]),
        when=pa.array([datetime(2008, 1, 1)] * 4, pa.timestamp("ns", "UTC")),
        at=[time(1, 2)] * 4,
        yes=[True, False, None, True],
    )
    entry = lander.one("population__ONS__2008__v1.parquet", content)
    assert (entry.rows_accepted, entry.rows_set_aside) == (2, 2)
    accepted = [
        (r["persons"], r["vintage"], r["line_number"])
        for r in lander.records("population")
        if r["record_state"] == "accepted"
    ]
    assert accepted == [(7429, "1.5", 1), (10, "2", 2)]
    assert lander.set_aside() == {
        (3, "persons", "record", "integer_malformed"),
        (4, "persons", "record", "value_blank"),
    }


def test_parquet_dates_of_any_type_are_dates(lander: Lander) -> None:
    for kind in (pa.date32(), pa.date64(), pa.timestamp("us")):
        day = pa.array([datetime(2008, 5, 1)], pa.timestamp("us")).cast(kind)
        content = parquet(
            referral_id=["1"], referral_date=day, contact_type=["Referral"]
        )
        assert lander.one(LADO_PARQUET, content).rows_accepted == 1


def test_parquet_that_cannot_be_read_is_refused(lander: Lander) -> None:
    day = [date(2008, 5, 1)]
    whole = parquet(referral_id=["1"], referral_date=day, contact_type=["Referral"])
    for broken in (whole[:-8], b"PAR1", lado_text().encode()):
        assert lander.one(LADO_PARQUET, broken).refusal_code == "parquet_broken"
    assert lander.one(LADO_PARQUET, b"").refusal_code == "empty_file"
    nested = parquet(referral_id=[["1"]], referral_date=day, contact_type=["Referral"])
    assert lander.one(LADO_PARQUET, nested).refusal_code == "column_nested"
    lacking = parquet(referral_id=["1"], referral_date=day)
    assert lander.one(LADO_PARQUET, lacking).refusal_code == "header_missing"


def test_an_empty_record_of_parquet_is_none(lander: Lander) -> None:
    content = parquet(
        referral_id=["1", None, ""],
        referral_date=["1/5/2008", None, " "],
        contact_type=["Referral", None, None],
    )
    entry = lander.one(LADO_PARQUET, content)
    assert entry.lines_read == 1
    assert adds_up(entry)
