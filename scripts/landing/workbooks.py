"""Workbooks: one sheet, typed cells rendered to text, within a limit of size."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from landing.records import (
    HEADER_ROWS,
    Header,
    missing_columns,
    read_header,
    to_batches,
)
from landing.reference import Extract
from landing.refusals import Refused

UNPACKED_LIMIT = 1_000_000_000
# What the reader holds in memory for each cell of a sheet's rectangle.
BYTES_A_CELL = 24
CHUNK = 1 << 20
SMALL_PART = 10_000_000
LAST_SERIAL = 2_958_465
TAG = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>(?:\s*<(?:\w+:)?v>([^<]{0,20})<)?")
REFERENCE = re.compile(rb"""\br=["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
IS_ERROR = re.compile(rb"""\bt=["']e["']""")
DATE_1904 = re.compile(r"""date1904=["'](?:1|true|on)["']""")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Cell = str | float | int | bool | date | datetime | time | timedelta


@dataclass(frozen=True)
class Workbook:
    """A workbook whose header was found."""

    path: Path
    sheet: str
    header: Header
    header_row: int
    epoch: date
    date_places: frozenset[int]
    errors: dict[tuple[int, int], str]

    def batches(self) -> Iterator[pa.Table]:
        """The rows below the header, as Arrow tables of text columns."""
        return to_batches(self._records(), len(self.header.names))

    def _records(self) -> Iterator[tuple[int, list[str], None]]:
        for number, row in _rows(self.path, self.sheet, self.errors):
            if number > self.header_row:
                yield number, [self._text(p, cell) for p, cell in enumerate(row)], None

    def _text(self, place: int, cell: Cell) -> str:
        if place in self.date_places and type(cell) in (float, int):
            return _serial_date(cell, self.epoch)
        return render(cell)


def open_workbook(path: Path, extract: Extract, optional: frozenset[str]) -> Workbook:
    """Check a workbook's size, choose its sheet and find its header."""
    try:
        with zipfile.ZipFile(path) as archive:
            sheet, part, epoch = _choose_sheet(archive, extract.name)
            errors = _inflate_all(archive, part)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        ElementTree.ParseError,
    ) as error:
        raise Refused("workbook_broken") from error
    nearest = [column.name for column in extract.columns if column.is_required_column]
    for number, row in _rows(path, sheet, errors):
        if number > HEADER_ROWS:
            break
        names = [render(cell) for cell in row]
        missing = missing_columns(names, extract, optional)
        if not missing:
            header = read_header(names, extract)
            dates = frozenset(
                header.found[column.name]
                for column in extract.columns
                if column.data_type == "date" and column.name in header.found
            )
            return Workbook(path, sheet, header, number, epoch, dates, errors)
        nearest = min(nearest, missing, key=len)
    if not any(
        any(render(c).strip() for c in row) for _, row in _rows(path, sheet, {})
    ):
        raise Refused("empty_file")
    raise Refused("header_missing", columns=", ".join(nearest))


def render(cell: Cell) -> str:
    """A cell as the text that a sender would have typed."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < 1e15
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _serial_date(number: float, epoch: date) -> str:
    """A day as a workbook counts it; a number that is no day stays a number."""
    if not 1 <= number <= LAST_SERIAL:
        return render(number)
    return (epoch + timedelta(days=int(number))).isoformat()


def _rows(
    path: Path, sheet: str, errors: dict[tuple[int, int], str]
) -> Iterator[tuple[int, list[Cell]]]:
    """Sheet rows with their numbers; error cells hold their text."""
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet)
    except (CalamineError, OSError) as error:
        raise Refused("workbook_broken") from error
    except BaseException as error:
        # The reader is compiled; where it gives up it raises this, which is no
        # Exception, and one workbook would end the run.
        if type(error).__name__ == "PanicException":
            raise Refused("workbook_broken") from error
        raise
    start = rows.start or (0, 0)
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row_number, column_number), text in errors.items():
        place = column_number - 1 - start[1]
        by_row.setdefault(row_number, []).append((place, text))
    for number, row in enumerate(rows.iter_rows(), 1):
        for place, text in by_row.get(number, ()):
            if 0 <= place < len(row):
                row[place] = text
        yield number, row


def _choose_sheet(archive: zipfile.ZipFile, name: str) -> tuple[str, str, date]:
    """The sheet named as the extract, else the first: its name, part and epoch."""
    book = _small_part(archive, "xl/workbook.xml")
    links = _small_part(archive, "xl/_rels/workbook.xml.rels")
    parts = {
        link.get("Id"): (link.get("Target") or "", link.get("Type") or "")
        for link in ElementTree.fromstring(links)
    }
    sheets = [
        (element.get("name") or "", *parts[element.get(RELATION)])
        for element in ElementTree.fromstring(book).iter()
        if element.tag.endswith("}sheet")
    ]
    sheets = [sheet for sheet in sheets if sheet[2].endswith("/worksheet")]
    if not sheets:
        raise KeyError("a worksheet")
    title, target, _ = next(
        (sheet for sheet in sheets if sheet[0].strip().lower() == name), sheets[0]
    )
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    # Days are counted from the day before the first; the system of 1900 has a leap
    # day that never was, so from March 1900 on its count begins two days earlier.
    is_1904 = DATE_1904.search(book.decode("utf-8", "replace")) is not None
    epoch = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    return title, str(PurePosixPath(part)), epoch


def _small_part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(SMALL_PART + 1)
    if len(content) > SMALL_PART:
        raise Refused("workbook_too_large")
    return content


def _inflate_all(archive: zipfile.ZipFile, sheet: str) -> dict[tuple[int, int], str]:
    """Unpack every part to its end, as a check of damage and size.

    Sizes that the directory claims are checked, and the bytes that really come out.
    Gives the error cells of the sheet, which the reader would take for empty ones.
    """
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise Refused("workbook_too_large")
    total = 0
    errors: dict[tuple[int, int], str] = {}
    archive.getinfo(sheet)
    for entry in entries:
        cells = _Cells() if entry.filename.startswith("xl/worksheets/") else None
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                total += len(chunk)
                if total > UNPACKED_LIMIT:
                    raise Refused("workbook_too_large")
                if cells is not None and entry.filename == sheet:
                    cells.follow(chunk)
        if cells is not None and entry.filename == sheet:
            cells.finish()
            errors = cells.errors
    return errors


class _Cells:
    """Follows the cells of a sheet's XML: the rectangle they span, and error cells.

    The reader holds the whole rectangle, so two cells in far corners would fill the
    memory: a sheet is as large as its rectangle.
    """

    def __init__(self) -> None:
        self.errors: dict[tuple[int, int], str] = {}
        self._rest = b""
        self._row = self._column = 0
        self._first: tuple[int, int] | None = None
        self._last = (0, 0)

    def follow(self, chunk: bytes) -> None:
        """Take the next bytes of the sheet."""
        text = self._rest + chunk
        # A tag and its value may go on in the next chunk.
        cut = text.rfind(b"<", 0, max(0, text.rfind(b"<", 0, len(text) - 100)))
        cut = max(0, cut)
        self._read(text[:cut])
        self._rest = text[cut:]

    def finish(self) -> None:
        """Read what is left and judge the size of the rectangle."""
        self._read(self._rest)
        if self._first is None:
            return
        rows = self._last[0] - self._first[0] + 1
        columns = self._last[1] - self._first[1] + 1
        if rows * columns * BYTES_A_CELL > UNPACKED_LIMIT:
            raise Refused("workbook_too_large")

    def _read(self, text: bytes) -> None:
        for match in TAG.finditer(text):
            kind, attributes, value = match.groups()
            reference = REFERENCE.search(attributes)
            if kind == b"row":
                self._row = int(reference.group(2)) if reference else self._row + 1
                self._column = 0
                continue
            if reference and reference.group(1):
                self._column = _column_number(reference.group(1))
                self._row = int(reference.group(2))
            else:
                self._column += 1
            if attributes.endswith(b"/"):
                continue
            self._grow()
            if IS_ERROR.search(attributes):
                text_of_error = (value or b"#ERROR").decode("ascii", "replace")
                self.errors[self._row, self._column] = text_of_error

    def _grow(self) -> None:
        if self._first is None:
            self._first = (self._row, self._column)
        self._first = (
            min(self._first[0], self._row),
            min(self._first[1], self._column),
        )
        self._last = (
            max(self._last[0], self._row),
            max(self._last[1], self._column),
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
