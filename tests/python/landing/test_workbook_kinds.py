"""Workbooks as other programs write them, and what their cells show."""

import io
import re
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
from landing_help import LADO, LADO_HEADER, Lander
from python_calamine import CalamineWorkbook

from lscb.landing import book_parts, workbooks
from lscb.landing.book_parts import Show, show_of_format

BOOK = LADO.replace(".csv", ".xlsx")
RETURN = "lscb_return__LBBD__2008-09Q1__v1.xlsx"
HEADER = ["pi_code", "numerator", "denominator", "value", "note"]
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
Row = list[object]


def book(*rows: Row, formats: dict[tuple[int, int], str] | None = None) -> bytes:
    """A workbook of these rows; formats by row and column."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as made:
        page = made.add_worksheet()
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                code = (formats or {}).get((at, place))
                style = made.add_format({"num_format": code}) if code else None
                if isinstance(cell, datetime):
                    page.write_datetime(at, place, cell, style)
                elif cell is not None:
                    page.write(at, place, cell, style)
    return content.getvalue()


def changed(whole: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """A workbook with its parts renamed and changed."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return content.getvalue()


def part_changed(whole: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """A workbook with one part changed as text."""

    def one(name: str, data: bytes) -> tuple[str, bytes]:
        return name, change(data.decode()).encode() if name == part else data

    return changed(whole, one)


def lado_rows(count: int = 3) -> list[Row]:
    header: Row = list(LADO_HEADER.split(","))
    rows = [
        [f"k{n}", datetime(2008, 5, n + 1), "Referral", *[None] * 3, "school"]
        for n in range(count)
    ]
    return [header, *rows]


def lado_book(count: int = 3) -> bytes:
    formats = {(row, 1): "dd/mm/yyyy" for row in range(1, count + 1)}
    return book(*lado_rows(count), formats=formats)


def read_lado(lander: Lander) -> list[tuple[object, object]]:
    return [
        (r["referral_id"], r["referral_date"]) for r in lander.records("lado_referrals")
    ]


EXPECTED = [(f"k{n}", date(2008, 5, n + 1)) for n in range(3)]


def figures(lander: Lander) -> list[tuple[object, ...]]:
    names = ("numerator", "denominator", "sent_value")
    return [tuple(r[name] for name in names) for r in lander.records("lscb_return")]


# how other programs write a workbook


def strict(name: str, data: bytes) -> tuple[str, bytes]:
    """ISO/IEC 29500 strict: the same, in namespaces of another address."""
    for old, new in (
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
    ):
        data = data.replace(old, new)
    return name, data


def utf16(name: str, data: bytes) -> tuple[str, bytes]:
    text = data.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return name, text.encode("utf-16") if name.startswith("xl/") else data


def prefixed(name: str, data: bytes) -> tuple[str, bytes]:
    """Every element of the sheet with a prefix, as some libraries write it."""
    if name != SHEET:
        return name, data
    text = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", data.decode())
    return name, text.replace("xmlns=", "xmlns:x=").encode()


def elsewhere(name: str, data: bytes) -> tuple[str, bytes]:
    """Parts under other names, with addresses from the root and in capitals."""
    if name == "_rels/.rels":
        return name, data.replace(b"xl/workbook.xml", b"/XL/book.xml")
    if name == "xl/workbook.xml":
        return "xl/book.xml", data
    if name == "xl/_rels/workbook.xml.rels":
        data = data.replace(b"worksheets/sheet1.xml", b"/xl/Sheets/../Sheets/One.xml")
        return "xl/_rels/book.xml.rels", data
    return ("xl/sheets/one.xml", data) if name == SHEET else (name, data)


def without_addresses(name: str, data: bytes) -> tuple[str, bytes]:
    """Cells and rows that do not say where they stand: one after the other."""
    if name == SHEET:
        data = re.sub(rb' r="[A-Z]*[0-9]+"', b"", data)
    return name, data


DRESSES = [strict, utf16, prefixed, elsewhere]


@pytest.mark.parametrize("dress", DRESSES, ids=lambda dress: dress.__name__)
def test_workbooks_of_other_programs_are_read(lander: Lander, dress: Callable) -> None:
    entry = lander.one(BOOK, changed(lado_book(), dress))
    assert (entry.refusal_code, entry.rows_accepted) == (None, 3)
    assert read_lado(lander) == EXPECTED


def test_cells_that_do_not_say_where_they_stand_follow_each_other(
    lander: Lander,
) -> None:
    rows = [HEADER, ["SG01", 1, 2, 3, "a"], ["SG02", 4, 5, 6, "b"]]
    assert lander.one(RETURN, changed(book(*rows), without_addresses)).lines_read == 2
    assert figures(lander) == [(1.0, 2.0, 3.0), (4.0, 5.0, 6.0)]


def test_rows_above_the_header_are_set_aside(lander: Lander) -> None:
    """A sheet that was sorted took its header along; a title row stays a title."""
    header, *rows = lado_rows(5)
    formats = {(row, 1): "dd/mm/yyyy" for row in range(7)}
    sheet = book(["Referrals"], *rows[:2], header, *rows[2:], formats=formats)
    entry = lander.one(LADO.replace("csv", "xlsx"), sheet)
    assert (entry.lines_read, entry.rows_accepted) == (5, 3)
    assert lander.set_aside() == {
        (2, None, "record", "above_header"),
        (3, None, "record", "above_header"),
    }


def months_apart(*titles: str) -> bytes:
    """A workbook with a sheet of records a month, a plan and an empty sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as made:
        for number, title in enumerate(titles):
            page = made.add_worksheet(title)
            page.write_row(0, 0, LADO_HEADER.split(","))
            page.write_row(1, 0, [f"k{number}", "2008-05-01", "Referral"])
        made.add_worksheet("Plan").write_row(0, 0, ["referral_id", "due"])
        made.add_worksheet("Empty")
    return content.getvalue()


@pytest.mark.parametrize(
    ("titles", "unread"),
    [(["April"], 0), (["April", "May", "June"], 2), (["old", "lado_referrals"], 1)],
)
def test_other_sheets_with_the_header_are_told(
    lander: Lander, titles: list[str], unread: int
) -> None:
    entry = lander.one(LADO.replace("csv", "xlsx"), months_apart(*titles))
    assert entry.rows_accepted == 1
    told = {(None, "sheets_unread", unread)} if unread else set()
    assert lander.notices() - {("employer_sector", "sector_unmapped", 1)} == told


def test_a_damaged_sheet_that_is_not_read_does_no_harm(lander: Lander) -> None:
    sheet = part_changed(
        months_apart("April", "May"),
        "xl/worksheets/sheet2.xml",
        lambda text: text.replace("<row", "<r<ow"),
    )
    entry = lander.one(LADO.replace("csv", "xlsx"), sheet)
    assert (entry.refusal_code, entry.rows_accepted) == (None, 1)
    assert "sheets_unread" not in {code for _, code, _ in lander.notices()}


def test_strict_dates_are_dates(lander: Lander) -> None:
    def iso(name: str, data: bytes) -> tuple[str, bytes]:
        name, data = strict(name, data)
        if name == SHEET:
            data = re.sub(
                rb'(<c r="B[234]" s="1")><v>(\d+)</v>',
                lambda m: (
                    m.group(1)
                    + b' t="d"><v>2008-05-0%dT00:00:00.000</v>'
                    % (int(m.group(2)) - 39568)
                ),
                data,
            )
        return name, data

    assert lander.one(BOOK, changed(lado_book(), iso)).rows_accepted == 3
    assert read_lado(lander) == EXPECTED


def test_shared_texts_may_repeat_and_say_any_count(lander: Lander) -> None:
    def many(text: str) -> str:
        return re.sub(r'count="\d+"', 'count="4000000000"', text, count=1)

    content = part_changed(lado_book(), TEXTS, many)
    assert lander.one(BOOK, content).rows_accepted == 3
    assert read_lado(lander) == EXPECTED


def test_a_text_that_is_not_there_is_damage(lander: Lander) -> None:
    content = part_changed(
        lado_book(), SHEET, lambda t: t.replace("<v>0</v>", "<v>999</v>")
    )
    assert lander.one(BOOK, content).refusal_code == "workbook_broken"


def test_characters_that_are_written_down_are_read(lander: Lander) -> None:
    rows = [
        ["referral_id", "referral_date", "contact_type", "outcome"],
        ["A_x000D__x000a_B", "2008-05-01", "Refer_x00AD_ral", "_x000D_malicious"],
        ["A_x005F_x000D_B", "2008-05-01", "Referral_x00a0_", ""],
        ["_xD83D__xDE00_", "2008-05-01", "Referral", "unfounded_x200B_"],
    ]

    # A library would write the escapes as texts of their own.
    cells = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in row)
        + "</row>"
        for row in rows
    )
    content = part_changed(
        book(["x"]),
        SHEET,
        lambda text: re.sub(
            "<sheetData>.*</sheetData>", f"<sheetData>{cells}</sheetData>", text
        ),
    )
    assert lander.one(BOOK, content).rows_accepted == 3
    assert [
        (r["referral_id"], r["outcome"]) for r in lander.records("lado_referrals")
    ] == [
        ("A\r\nB", "malicious"),
        ("A_x000D_B", None),
        ("\U0001f600", "unfounded"),
    ]


def test_rich_texts_are_joined_and_sounds_are_none(lander: Lander) -> None:
    def rich(text: str) -> str:
        return text.replace(
            "<t>Referral</t>",
            "<r><t>Refer</t></r><r><rPr><b/></rPr><t>ral</t></r>"
            '<rPh sb="0" eb="1"><t>sound</t></rPh>',
        )

    content = part_changed(lado_book(), TEXTS, rich)
    assert lander.one(BOOK, content).rows_accepted == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('r="3"', 'r="2"'),
        ('<c r="A3"', '<c r="A2"'),
        ('<c r="B3"', '<c r="A3"'),
        ('<c r="A3"', '<c r="A0"'),
        ('<c r="B3"', '<c r="ZZZ3"'),
        (' t="s"><v>0<', ' t="x"><v>0<'),
    ],
)
def test_a_sheet_that_is_not_in_order_is_damaged(
    lander: Lander, old: str, new: str
) -> None:
    content = part_changed(lado_book(), SHEET, lambda text: text.replace(old, new, 1))
    assert lander.one(BOOK, content).refusal_code == "workbook_broken"


# far cells


@pytest.mark.parametrize("cell", [None, " ", "\xa0\u200b"])
def test_blank_cells_beyond_the_header_are_nothing(
    lander: Lander, cell: str | None
) -> None:
    made = openpyxl.load_workbook(io.BytesIO(lado_book()))
    for row in (1, 2, 4):
        made.active.cell(row, 16_384).value = cell
        made.active.cell(row, 16_384).number_format = "0.00"
    content = io.BytesIO()
    made.save(content)
    entry = lander.one(BOOK, content.getvalue())
    assert (entry.refusal_code, entry.rows_accepted) == (None, 3)
    assert lander.notices() == set()


def test_cells_beyond_the_header_are_one_extra_column(lander: Lander) -> None:
    made = openpyxl.load_workbook(io.BytesIO(lado_book()))
    made.active.cell(3, 16_384).value = "far"
    made.active.cell(4, 20).value = "near"
    content = io.BytesIO()
    made.save(content)
    assert lander.one(BOOK, content.getvalue()).rows_accepted == 3
    assert lander.notices() == {("(without a name)", "column_extra", 1)}


# what a cell shows


PER_CENTS = [
    ("0%", 0.45, 45.0),
    ("0.0%", 0.453, 45.3),
    ('0.0 "%"', 0.453, 0.453),
    ("0.0\\%", 0.453, 0.453),
    ("0.00%;[Red]-0.00%", 0.07, 7.0),
    ("[>=1]0%;0.00%", 0.005, 0.5),
    ("0.000", 0.453, 0.453),
    ("General", 45.3, 45.3),
    ('#,##0.0 "per cent"', 45.3, 45.3),
    ("0%", 1, 100.0),
    ("0%", 0, 0.0),
]


@pytest.mark.parametrize(("code", "stored", "shown"), PER_CENTS)
def test_a_per_cent_cell_is_what_it_shows(
    lander: Lander, code: str, stored: float, shown: float
) -> None:
    content = book(HEADER, ["SG01", 1, 2, stored], formats={(1, 3): code})
    assert lander.one(RETURN, content).rows_accepted == 1
    assert figures(lander) == [(1.0, 2.0, shown)]


def test_a_per_cent_is_no_whole_number(lander: Lander) -> None:
    rows = [["gss_code", "age_band", "persons"], ["E09000002", "all", 0.5]]
    rows += [["E09000003", "all", 5]]
    name = "population__ONS__2008__v1.xlsx"
    assert lander.one(name, book(*rows, formats={(1, 2): "0%"})).rows_set_aside == 1


@pytest.mark.parametrize(
    ("code", "show"),
    [
        ("General", Show.NUMBER),
        ("dd/mm/yyyy", Show.DATE),
        ("[$-809]d mmmm yyyy;@", Show.DATE),
        ("[h]:mm:ss", Show.DATE),
        ('0 "days"', Show.NUMBER),
        ("0\\d", Show.NUMBER),
        ("[Red]0", Show.NUMBER),
        ("_-* #,##0.00_-;-* #,##0.00_-", Show.NUMBER),
        ("0.0%", Show.PER_CENT),
        ("0%;0", Show.PER_CENT_ABOVE),
        ("0;0%", Show.PER_CENT_BELOW),
        ("# ?/?", Show.NUMBER),
        ("0.00E+00", Show.NUMBER),
        ("@", Show.NUMBER),
    ],
)
def test_what_a_format_shows(code: str, show: Show) -> None:
    assert show_of_format(code) is show


def test_formulas_without_a_stored_value_are_remarked(lander: Lander) -> None:
    made = openpyxl.Workbook()
    for row in (
        [*HEADER, "sum"],
        ["SG01", "=1+1", 5, None, None, "=B2"],
        ["SG02", 3, "=2*3", None, "=A1"],
        ["SG03", 3, "=2*4"],
    ):
        made.active.append(row)
    content = io.BytesIO()
    made.save(content)
    entry = lander.one(RETURN, content.getvalue())
    assert entry.rows_accepted == 3
    assert figures(lander) == [(None, 5.0, None), (3.0, None, None), (3.0, None, None)]
    assert lander.notices() == {
        ("sum", "column_extra", 1),
        ("numerator", "formula_without_value", 1),
        ("denominator", "formula_without_value", 2),
        ("note", "formula_without_value", 1),
        ("sum", "formula_without_value", 1),
    }
    told = [name for name, code, _ in entry.notices if code == "formula_without_value"]
    assert told == ["denominator", "note", "numerator", "sum"]


def test_a_formula_whose_value_is_an_empty_text_is_blank(lander: Lander) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ["SG01", 1])
        page.write_formula(1, 2, '=""', None, "")
    # A table program says that the value is a text.
    whole = part_changed(
        content.getvalue(),
        SHEET,
        lambda text: text.replace('<c r="C2">', '<c r="C2" t="str">'),
    )
    assert lander.one(RETURN, whole).rows_accepted == 1
    assert lander.notices() == set()


@pytest.mark.parametrize("number", ["1e-400", "1e400", "-1e-999"])
def test_a_cell_too_small_or_too_large_is_no_other_number(
    lander: Lander, number: str
) -> None:
    rows = [HEADER, ["SG01", 77], ["SG02", 2]]
    content = part_changed(
        book(*rows), SHEET, lambda t: t.replace("<v>77<", f"<v>{number}<")
    )
    assert lander.one(RETURN, content).rows_set_aside == 1


# by a second road


def test_every_cell_is_as_another_reader_has_it(lander: Lander) -> None:
    """Numbers, dates and texts of many rows, against a reader of its own making."""
    rows: list[Row] = [list(LADO_HEADER.split(","))]
    formats = {}
    for n in range(200):
        rows.append(
            [
                (n, f"k{n}", n + 0.5, f"{n:04d}")[n % 4],
                (datetime(2008, 4, 1 + n % 30, n % 24, n % 60), 39539 + n % 90)[n % 2],
                "Referral",
                f"Name {n}",
            ]
        )
        if n % 2 == 0:
            formats[n + 1, 1] = ("dd/mm/yyyy hh:mm", "yyyy-mm-dd", "d-mmm-yy")[n % 3]
    content = book(*rows, formats=formats)
    assert lander.one(BOOK, content).rows_accepted == 200
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    expected = []
    for key, day, *_ in sheet.to_python()[1:]:
        whole = isinstance(key, float) and key.is_integer()
        day = (
            day
            if isinstance(day, date)
            else date.fromordinal(date(1899, 12, 30).toordinal() + int(day))
        )
        expected.append((str(int(key) if whole else key), str(day)[:10]))
    assert [(k, d.isoformat()) for k, d in read_lado(lander)] == expected


# what would fill the memory though it unpacks to little


def in_sheet(whole: bytes, more: str) -> bytes:
    """A workbook with more XML at the end of its rows."""
    return part_changed(
        whole, SHEET, lambda text: text.replace("</sheetData>", f"{more}</sheetData>")
    )


LIMITS = {
    "levels": ("DEEPEST", 40, "<a>" * 60 + "</a>" * 60),
    "a text": (
        "LONGEST_TEXT",
        1_000,
        f'<row r="9"><c t="inlineStr"><is><t>{"x" * 2_000}</t></is></c></row>',
    ),
    "a tag": ("LONGEST_TAG", 100_000, f'<a b="{"x" * 900_000}"/>'),
    "names": ("MOST_NAMES", 100, "".join(f"<a{n}/>" for n in range(300))),
}


@pytest.mark.parametrize("name", LIMITS)
def test_what_a_parser_would_hold_is_refused(
    name: str, lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit, low, more = LIMITS[name]
    assert lander.one(BOOK, in_sheet(lado_book(), more)).rows_accepted is not None
    monkeypatch.setattr(book_parts, limit, low)
    assert lander.one(BOOK, lado_book(4)).rows_accepted == 4
    again = in_sheet(lado_book(5), more)
    assert lander.one(BOOK, again).refusal_code == "workbook_too_large"


def test_shared_texts_are_counted_by_what_they_cost(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_parts, "TEXTS_LIMIT", 3_000)
    assert lander.one(BOOK, lado_book()).rows_accepted == 3
    rows = [*lado_rows(), *([f"t{n}"] for n in range(40))]
    assert lander.one(BOOK, book(*rows)).refusal_code == "workbook_too_large"


def test_a_directory_of_very_many_parts_is_not_read(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_parts, "DIRECTORY_LIMIT", 3_000)
    assert lander.one(BOOK, lado_book()).rows_accepted == 3
    content = io.BytesIO(lado_book())
    with zipfile.ZipFile(content, "a") as archive:
        for number in range(60):
            archive.writestr(f"a/{number}", b"")
    with monkeypatch.context() as patched:
        patched.setattr(book_parts.zipfile, "ZipFile", None)
        entry = lander.one(BOOK, content.getvalue())
    assert entry.refusal_code == "workbook_too_large"


# parts that hold more than the directory says


def with_part(
    part: str, held: bytes, claimed: bytes, packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook with one part, of which the directory says what is true of another."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(lado_book())) as old,
        zipfile.ZipFile(content, "w", packing) as new,
    ):
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, held)
        entry = new.getinfo(part)
        entry.file_size, entry.CRC = len(claimed), zlib.crc32(claimed)
    return content.getvalue()


def sheet_of(whole: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        return packed.read(SHEET)


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("part", [SHEET, "xl/media/image1.png"])
def test_what_a_part_holds_counts_and_not_what_the_directory_says(
    part: str, packing: int, lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too large where it comes to too much, and damaged where it does not.

    A sheet whose beginning is what the directory says could be read, and be another
    for whoever opens the workbook.
    """
    monkeypatch.setattr(workbooks, "UNPACKED_LIMIT", 3_000_000)
    beginning = sheet_of(lado_book())
    assert lander.one(BOOK, with_part(part, beginning, beginning)).rows_accepted == 3
    for more, code in (
        (b" ", "workbook_broken"),
        (b" " * 2_000_000, "workbook_broken"),
        (b" " * 4_000_000, "workbook_too_large"),
    ):
        whole = beginning + more
        said = [
            lander.one(BOOK, with_part(part, whole, claimed, packing)).refusal_code
            for claimed in (beginning, whole[: len(beginning) // 2], b"")
        ]
        assert said == [code] * 3


def test_what_all_parts_hold_is_counted_together(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where one that says too little comes after one that says the truth."""
    monkeypatch.setattr(workbooks, "UNPACKED_LIMIT", 3_000_000)
    content = io.BytesIO(lado_book())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.png", b" " * 1_800_000)
        packed.writestr("xl/media/image2.png", b" " * 1_800_000)
        packed.getinfo("xl/media/image2.png").file_size = 1_000
    entry = lander.one(BOOK, content.getvalue())
    assert entry.refusal_code == "workbook_too_large"


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_no_workbook_has_is_not_unpacked(
    packing: int, lander: Lander
) -> None:
    """A few bytes of it give any number at once, whatever is asked for."""
    blanks = b" " * 100_000_000
    content = with_part("xl/media/image1.png", blanks, blanks[:1_000], packing)
    assert len(content) < 100_000
    del blanks
    tracemalloc.start()
    try:
        assert lander.one(BOOK, content).refusal_code == "workbook_broken"
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
