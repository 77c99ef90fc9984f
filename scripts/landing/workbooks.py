"""Workbooks: one sheet, typed cells rendered to text, within a limit of size."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.parsers import expat

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
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
COUNTED_PARTS = ("xl/sharedstrings.xml", "xl/styles.xml", "xl/workbook.xml")
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
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
        LookupError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        ElementTree.ParseError,
        expat.ExpatError,
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
        follower: _Cells | _Counts | None = None
        if entry.filename == sheet:
            follower = _Cells()
        elif entry.filename.lower() in COUNTED_PARTS:
            follower = _Counts(entry.file_size)
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                total += len(chunk)
                if total > UNPACKED_LIMIT:
                    raise Refused("workbook_too_large")
                if follower is not None:
                    follower.follow(chunk)
        if follower is not None:
            follower.finish()
        if isinstance(follower, _Cells):
            errors = follower.errors
    return errors


class _Counts:
    """Follows parts that say how much they hold: the reader makes room beforehand."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start

    def follow(self, chunk: bytes) -> None:
        """Take the next bytes of the part."""
        self._parser.Parse(chunk, False)

    def finish(self) -> None:
        """Take the end."""
        self._parser.Parse(b"", True)

    def _start(self, _: str, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if name.lower().endswith("count") and not 0 <= int(value) <= self._size:
                raise Refused("workbook_broken")


class _Cells:
    """Follows the cells of a sheet's XML: the rectangle they span, and error cells.

    The reader holds the whole rectangle, so two cells in far corners would fill the
    memory: a sheet is as large as its rectangle. The reader also takes for granted
    that a sheet is in order, and ends the process where it is not.
    """

    def __init__(self) -> None:
        self.errors: dict[tuple[int, int], str] = {}
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._row = self._column = 0
        self._is_error = False
        self._rows = (0, 0)
        self._columns = (LAST_COLUMN, 0)

    def follow(self, chunk: bytes) -> None:
        """Take the next bytes of the sheet."""
        self._parser.Parse(chunk, False)

    def finish(self) -> None:
        """Take the end, and judge the size of the rectangle."""
        self._parser.Parse(b"", True)
        rows = self._rows[1] - self._rows[0] + 1
        columns = self._columns[1] - self._columns[0] + 1
        if columns > 0 and rows * columns * BYTES_A_CELL > UNPACKED_LIMIT:
            raise Refused("workbook_too_large")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._place(attributes.get("r"))
            self._is_error = attributes.get("t") == "e"
        elif name in ("v", "is"):
            self._grow()
            if self._is_error:
                self._parser.CharacterDataHandler = self._keep_error
                self._parser.EndElementHandler = self._end_error
        elif name == "row":
            row = attributes.get("r")
            self._row = self._row + 1 if row is None else _within(row, LAST_ROW)
            self._column = 0

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            return
        match = REFERENCE.fullmatch(reference)
        if match is None:
            raise Refused("workbook_broken")
        self._column = _column_number(match.group(1))
        self._row = _within(match.group(2), LAST_ROW)

    def _grow(self) -> None:
        first, last = self._rows
        in_order = last <= self._row <= LAST_ROW
        if not (in_order and 1 <= self._column <= LAST_COLUMN):
            raise Refused("workbook_broken")
        self._rows = (first or self._row, self._row)
        self._columns = (
            min(self._columns[0], self._column),
            max(self._columns[1], self._column),
        )

    def _keep_error(self, text: str) -> None:
        self.errors[self._row, self._column] = text[:20]

    def _end_error(self, _: str) -> None:
        self._parser.CharacterDataHandler = None
        self._parser.EndElementHandler = None

    def _refuse_doctype(self, *_: object) -> None:
        raise Refused("workbook_broken")


def _within(number: str, last: int) -> int:
    """A row number that a sheet can have."""
    found = int(number) if number.isdecimal() and len(number) < 10 else 0
    if not 1 <= found <= last:
        raise Refused("workbook_broken")
    return found


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
