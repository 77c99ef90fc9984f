"""Workbooks and Parquet files."""

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import xlsxwriter

from hostile.building import (
    BLOCKS,
    Aside,
    Case,
    admission,
    bomb,
    cells_of,
    columns_of,
    day,
    figures,
    parquet,
    refuse,
    repacked,
    saved,
    sheet,
    workbook,
)

CLEAN = figures(3)
CELLS = cells_of(CLEAN)
READ = {line: {"numerator": float(line - 1)} for line in (2, 3, 4)}
BOOK = workbook(("lscb_return", CELLS))
XML = "xl/worksheets/sheet1.xml"


def book(name: str, content: bytes, *lines: int) -> Case:
    """The three clean figures as a workbook, on the lines named (2, 3, 4 if none)."""
    rows = {
        line: {"numerator": float(n)} for n, line in enumerate(lines or (2, 3, 4), 1)
    }
    return Case(name, BLOCKS.returns(kind="xlsx"), content, read=3, rows=rows)


def refused(name: str, content, *codes: str, kind: str = "xlsx") -> Case:
    """A return that is refused whole."""
    return refuse(name, BLOCKS.returns(kind=kind), content, *codes)


def written(*rows: dict, **options: object) -> bytes:
    """A workbook of admissions as a spreadsheet program stores it.

    A dict value {"formula", "value"} is a formula with the value it last had.
    """
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True, **options})
    page = made.add_worksheet("pct_admissions")
    date_format = made.add_format({"num_format": "dd/mm/yyyy"})
    for at, cells in enumerate(cells_of(rows)):
        for column, cell in enumerate(cells):
            if isinstance(cell, dict):
                page.write_formula(at, column, cell["formula"], None, cell["value"])
            elif isinstance(cell, dt.date):
                page.write_datetime(at, column, cell, date_format)
            elif cell is not None:
                page.write(at, column, cell)
    made.close()
    return content.getvalue()


def cached(formula: str, value: object) -> dict[str, object]:
    """A formula cell and the value stored with it."""
    return {"formula": formula, "value": value}


def titled() -> bytes:
    """Merged titles above the header, a hidden row and a hidden column below it."""
    made = openpyxl.Workbook()
    page = made.active
    page.append(["LSCB model dataset", None, None, None])
    page.merge_cells("A1:D1")
    page.append(["Indicator", "Figures", None, "Qualifier"])
    page.merge_cells("B2:C2")
    for cells in CELLS:
        page.append(cells)
    page.row_dimensions[5].hidden = True
    page.column_dimensions["B"].hidden = True
    return saved(made)


def shifted() -> bytes:
    """The table in the middle of the sheet, with blank rows among the records."""
    made = openpyxl.Workbook()
    page = made.active
    for at, cells in zip((4, 5, 8, 10), CELLS, strict=True):
        for column, cell in enumerate(cells, 3):
            page.cell(at, column, cell)
    return saved(made)


def far_cell() -> bytes:
    """A clean sheet with one more cell in its farthest corner."""
    made = openpyxl.load_workbook(io.BytesIO(BOOK))
    made.active.cell(1_048_576, 16_384, "x")
    return saved(made)


def far_blanks() -> bytes:
    """A clean sheet with blank cells in its last column."""
    made = openpyxl.load_workbook(io.BytesIO(BOOK))
    for row in (1, 3):
        made.active.cell(row, 16_384, " ")
    return saved(made)


def strict(_: str, data: bytes) -> bytes:
    """A part in the namespaces of ISO strict Open XML."""
    address = b"http://schemas.openxmlformats.org/"
    for old, new in (
        (b"spreadsheetml/2006/main", b"spreadsheetml/main"),
        (b"officeDocument/2006/relationships", b"officeDocument/relationships"),
    ):
        data = data.replace(address + old, b"http://purl.oclc.org/ooxml/" + new)
    return data


def per_cents() -> bytes:
    """0.453 in a cell that shows 45.3%, and in one that shows 0.453."""
    made = openpyxl.Workbook()
    made.active.append(["pi_code", "numerator", "value"])
    made.active.append(["SG01", 1, 0.453])
    made.active.append(["SG02", 2, 0.453])
    made.active.cell(2, 3).number_format = "0.0%"
    return saved(made)


LAUGHS = b'<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10)
)


def laughing(laughing_part: str, tag: bytes, old: bytes, new: bytes) -> bytes:
    """Entities that unfold to ten gigabytes, put into one part of a workbook."""

    def change(part: str, data: bytes) -> bytes:
        if part != laughing_part:
            return data
        assert old in data
        return (
            b"<!DOCTYPE x ["
            + LAUGHS
            + b"]>"
            + data[data.index(tag) :].replace(old, new, 1)
        )

    return repacked(BOOK, change)


def write_bomb(megabytes: int, claimed: int | None = None):
    """A workbook that unpacks to more than a gigabyte."""

    def write(path: Path) -> None:
        path.write_bytes(bomb(BOOK, megabytes, claimed))

    return write


def bare_zip() -> bytes:
    """A zip that holds no workbook, and a name that climbs out of its folder."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("../../../tmp/hurt.txt", "hurt")
    return content.getvalue()


DATES = [
    admission(1, admidate=dt.date(2008, 5, 1)),
    admission(2, admidate=39569),
    admission(3, admidate=39569.75),
    admission(4, admidate="01/05/2008"),
    admission(5, admidate=cached("=DATE(2008,5,1)", 39569)),
    admission(6, admidate=39569 + 365),
    admission(7, admidate=-1),
]
FIRST_OF_MAY = {"admission_date": day("2008-05-01")}

WORKBOOKS = [
    book("a workbook", BOOK),
    book(
        "the sheet of the extract second, in another case",
        workbook(("Notes", [["pi_code"], ["SG99"]]), ("LSCB_Return", CELLS)),
    ),
    book("no sheet of that name: the first", workbook(("Q1", CELLS), ("Q2", [["x"]]))),
    refused(
        "no sheet of that name, and the first is empty",
        workbook(("Sheet1", []), ("Q1", CELLS)),
        "empty_file",
        "header_missing",
    ),
    book("merged titles, a hidden row, a hidden column", titled(), 4, 5, 6),
    book("a table in the middle of the sheet, blank rows", shifted(), 5, 8, 10),
    refused(
        "a workbook with a header alone",
        workbook(("lscb_return", CELLS[:1])),
        "nil_not_allowed",
    ),
    refused("a workbook cut off", BOOK[:-200], "workbook_broken"),
    refused(
        "a workbook cut off in the middle", BOOK[: len(BOOK) // 2], "workbook_broken"
    ),
    refused("text that says it is a workbook", sheet(CLEAN), "workbook_broken"),
    refused(
        "a workbook under a password",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 512,
        "workbook_broken",
    ),
    refused("a zip that is no workbook", bare_zip(), "workbook_broken"),
    refused(
        "a workbook whose sheet is no XML",
        repacked(BOOK, lambda part, data: b"<oh" if part == XML else data),
        "workbook_broken",
    ),
    refused("a bomb: 1.1 GB of blanks", write_bomb(1100), "workbook_too_large"),
    refused(
        "a bomb that claims to be small",
        write_bomb(1100, claimed=1000),
        "workbook_too_large",
    ),
    refused(
        "entities that unfold to gigabytes, in a cell",
        laughing(XML, b"<worksheet", b"<t>1</t>", b"<t>&k;</t>"),
        "workbook_broken",
    ),
    refused(
        "entities that unfold to gigabytes, in the name of a sheet",
        laughing("xl/workbook.xml", b"<workbook", b'"lscb_return"', b'"&k;"'),
        "workbook_broken",
    ),
    refused(
        "an entity that names a file of the machine",
        repacked(
            BOOK,
            lambda part, data: (
                data
                if part != XML
                else b'<!DOCTYPE x [<!ENTITY k SYSTEM "file:///etc/passwd">]>'
                + data[data.index(b"<worksheet") :].replace(b"<t>1</t>", b"<t>&k;</t>")
            ),
        ),
        "workbook_broken",
    ),
    refused("an empty workbook", b"", "empty_file"),
    refused("one cell in the farthest corner", far_cell(), "cell_far_away"),
    Case(
        "dates: cells, serial numbers, text, a formula",
        BLOCKS.admissions("xlsx"),
        written(*DATES),
        read=7,
        aside=(
            Aside(7, "admidate", "date_outside_period"),
            Aside(8, "admidate", "date_malformed"),
        ),
        rows=dict.fromkeys(range(2, 7), FIRST_OF_MAY),
    ),
    Case(
        "dates of a workbook that counts from 1904",
        BLOCKS.admissions("xlsx"),
        written(
            admission(1, admidate=dt.date(2008, 5, 1)),
            admission(2, admidate=39569 - 1462),
            admission(3, admidate=39569),
            admission(4),
            date_1904=True,
        ),
        read=4,
        aside=(Aside(4, "admidate", "date_outside_period"),),
        rows={2: FIRST_OF_MAY, 3: FIRST_OF_MAY, 5: FIRST_OF_MAY},
    ),
    Case(
        "numbers as numbers and as text, whole or not",
        BLOCKS.admissions("xlsx"),
        written(
            admission(1.0, startage=12.0, epiorder=1),
            admission("2", startage="12", epiorder="1", admimeth=21),
            admission(3, startage=12.5),
            admission(4, startage=7001),
        ),
        read=4,
        aside=(Aside(4, "startage", "integer_malformed"),),
        rows={
            2: {"epikey": "1", "age_years": 12},
            3: {"epikey": "2", "age_years": 12, "admission_method_code": "21"},
            5: {"age_years": 0},
        },
    ),
    Case(
        "formulas: the stored value, never the evaluation",
        BLOCKS.admissions("xlsx"),
        written(
            admission(1, startage=cached("=1+1", 9)),
            admission(2, startage=cached('=WEBSERVICE("http://x.invalid")', "12")),
            admission(3, startage=cached("=NA()", "#N/A")),
            admission(4, startage=cached('=""', "")),
            admission(5),
        ),
        read=5,
        aside=(
            Aside(4, "startage", "integer_malformed"),
            Aside(5, "startage", "value_blank"),
        ),
        rows={2: {"age_years": 9}, 3: {"age_years": 12}, 6: {"age_years": 12}},
    ),
    Case(
        "formulas without a stored value are blank",
        BLOCKS.returns(kind="xlsx"),
        workbook(
            (
                "lscb_return",
                [
                    ["pi_code", "numerator", "denominator", "measure"],
                    ["SG01", "=1+1", 5, "a"],
                    ["SG02", 3, "=2*3", "b"],
                    ['="SG03"', 3, 4, "c"],
                ],
            )
        ),
        read=3,
        aside=(Aside(4, "pi_code", "value_blank"),),
        rows={
            2: {"numerator": None, "denominator": 5.0},
            3: {"numerator": 3.0, "denominator": None},
        },
    ),
    Case(
        "error cells, and text that looks like a formula",
        BLOCKS.returns(kind="xlsx"),
        workbook(
            (
                "lscb_return",
                [
                    ["pi_code", "numerator", "denominator", "measure"],
                    ["SG01", "#N/A", 5, "a"],
                    ["SG02", 3, "#DIV/0!", "b"],
                    ["SG03", 4, 5, "'=1+1"],
                    ["SG04", 5, 6, "d"],
                ],
            )
        ),
        read=4,
        aside=(
            Aside(2, "numerator", "measure_malformed"),
            Aside(3, "denominator", "measure_malformed", "value"),
        ),
        rows={
            3: {
                "numerator": 3.0,
                "denominator": None,
                "values_set_aside": "denominator",
            },
            4: {"numerator": 4.0},
            5: {"numerator": 5.0},
        },
    ),
    book("ISO strict Open XML", repacked(BOOK, strict)),
    book("blank cells in the last column of a sheet", far_blanks()),
    Case(
        "a cell that shows per cents is what it shows",
        BLOCKS.returns(kind="xlsx"),
        per_cents(),
        read=2,
        rows={2: {"sent_value": 45.3}, 3: {"sent_value": 0.453}},
    ),
    Case(
        "a number in a cell without a format is the number stored",
        BLOCKS.returns(kind="xlsx"),
        workbook(("x", [["pi_code", "numerator", "value"], ["SG01", 0.45, 1e-3]])),
        read=1,
        rows={2: {"numerator": 0.45, "sent_value": 0.001}},
    ),
]

ADMISSIONS = columns_of([admission(1), admission(2), admission(3)])


def table_file(name: str, changes: dict[str, object], **expected: object) -> Case:
    """Three admissions as Parquet, with some columns of other types."""
    return Case(
        name,
        BLOCKS.admissions("parquet"),
        parquet(ADMISSIONS | changes),
        read=3,
        **expected,
    )


READ_ALL = dict.fromkeys((1, 2, 3), FIRST_OF_MAY | {"age_years": 12})
MAY = [dt.date(2008, 5, 1)] * 3
PARQUET = [
    table_file("Parquet of text", {}, rows=READ_ALL),
    table_file(
        "Parquet of dates and whole numbers",
        {
            "admidate": pa.array(MAY, pa.date32()),
            "startage": pa.array([12, 12, 12], pa.int8()),
            "epiorder": pa.array([1, 1, 1], pa.uint64()),
            "epikey": pa.array([1, 2, 3], pa.int64()),
        },
        rows=READ_ALL,
    ),
    table_file(
        "Parquet of timestamps, decimals and dictionaries",
        {
            "admidate": pa.array(
                [dt.datetime(2008, 5, 1, 23, 59, 59)] * 3, pa.timestamp("us")
            ),
            "startage": pa.array([Decimal("12")] * 3, pa.decimal128(5, 0)),
            "diag_01": pa.array(["T40.1"] * 3).dictionary_encode(),
        },
        rows=READ_ALL,
    ),
    table_file(
        "Parquet of fractions: whole ones are whole numbers",
        {
            "startage": pa.array([12.0, 12.5, None], pa.float64()),
            "epiorder": pa.array([1.0, 1.0, 1.0], pa.float64()),
        },
        aside=(
            Aside(2, "startage", "integer_malformed"),
            Aside(3, "startage", "value_blank"),
        ),
        refused=frozenset(["half_set_aside"]),
        status="refused",
    ),
    Case(
        "Parquet of figures: null is missing, NaN and infinity are faults",
        BLOCKS.returns(kind="parquet"),
        parquet(
            {
                "PI_Code": ["SG01"] * 6,
                " numerator ": pa.array(
                    [1.0, None, float("nan"), float("inf"), 0.0, 4e-3], pa.float64()
                ),
                "denominator": pa.array([10, 20, 30, 40, 50, None], pa.int64()),
                "measure": [f"m{n}" for n in range(6)],
            }
        ),
        read=6,
        aside=(
            Aside(3, "numerator", "measure_malformed"),
            Aside(4, "numerator", "measure_malformed"),
        ),
        rows={
            1: {"numerator": 1.0, "denominator": 10.0},
            2: {"numerator": None, "denominator": 20.0},
            5: {"numerator": 0.0},
            6: {"numerator": 0.004, "denominator": None},
        },
    ),
    table_file(
        "Parquet of midnights in London, and lists in an extra column",
        {
            "admidate": pa.array(
                [dt.datetime(2008, 4, 30, 23, tzinfo=dt.UTC)] * 3,
                pa.timestamp("us", "Europe/London"),
            ),
            "seen_by": [["a"], [], None],
        },
        rows=READ_ALL,
        notices=(("column_extra", "seen_by"),),
    ),
    refused(
        "Parquet with a list in a column",
        parquet(columns_of(CLEAN) | {"note": [["a"], ["b"], []]}),
        "column_nested",
        kind="parquet",
    ),
    refused(
        "Parquet with a column twice",
        parquet(columns_of(CLEAN) | {"NUMERATOR": [1] * 3}),
        "column_twice",
        kind="parquet",
    ),
    refused(
        "Parquet with a required column missing",
        parquet({"pi_code": ["SG01"], "denominator": [1]}),
        "header_missing",
        kind="parquet",
    ),
    refused(
        "Parquet cut off",
        parquet(columns_of(CLEAN))[:-9],
        "parquet_broken",
        kind="parquet",
    ),
    refused(
        "Parquet whose middle is overwritten",
        (lambda whole: whole[:4] + b"\xff" * 60 + whole[64:])(
            parquet(columns_of(CLEAN))
        ),
        "parquet_broken",
        kind="parquet",
    ),
    refused(
        "text that says it is Parquet", sheet(CLEAN), "parquet_broken", kind="parquet"
    ),
    refused("an empty Parquet file", b"", "empty_file", kind="parquet"),
    refused(
        "Parquet of no records, in a return",
        parquet(
            {
                "pi_code": pa.array([], pa.string()),
                "numerator": pa.array([], pa.float64()),
            }
        ),
        "nil_not_allowed",
        kind="parquet",
    ),
    Case(
        "Parquet of no records, of admissions: nil",
        BLOCKS.admissions("parquet"),
        parquet({column: pa.array([], pa.string()) for column in ADMISSIONS}),
        rows={},
    ),
]

CASES = [*WORKBOOKS, *PARQUET]
