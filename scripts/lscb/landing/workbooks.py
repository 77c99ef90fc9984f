"""Workbooks: one sheet, read as it streams by; cells become the text that is shown.

A cell is read with its style, because the style says what a number means: 0.453 in a
cell that shows per cents is 45.3 %, and 39569 in one that shows dates is a day.
"""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from xml.parsers import expat

import pyarrow as pa

from lscb.landing.book_parts import (
    CHUNK,
    Book,
    Follower,
    Show,
    Taken,
    follow,
    local_names,
    open_book,
    unescaped,
)
from lscb.landing.form_marks import mark_in
from lscb.landing.recognising import stands_above
from lscb.landing.records import (
    HEADER_ROWS,
    Header,
    missing_columns,
    plain,
    read_header,
    to_batches,
)
from lscb.landing.reference import Extract
from lscb.landing.refusals import Refused

UNPACKED_LIMIT = 1_000_000_000
# What a cell costs whoever must hold a sheet as the rectangle that its cells span.
BYTES_A_CELL = 24
LAST_SERIAL = 2_958_465
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# The day in February 1900 that never was: days before it are counted one higher.
NO_DAY = 60
LETTERS = re.compile(r"[A-Za-z]{1,3}")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
DAY_MS = 86_400_000
# NotImplementedError is what zipfile raises at a compression that it does not know.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    expat.ExpatError,
)

Value = str | float
Row = dict[int, Value]


class Uncalculated(str):
    """A formula without a stored value: blank, and remarked upon."""


NOT_CALCULATED = Uncalculated("")


@dataclass(frozen=True)
class Workbook:
    """A workbook whose header was found."""

    path: Path
    book: Book
    header: Header
    header_row: int
    date_places: frozenset[int]
    extract: Extract
    sheets_unread: int
    sheets_of_others: tuple[str, ...] = ()
    uncalculated: Counter[str] = field(default_factory=Counter)
    may_have_decimal_commas = False

    def batches(self) -> Iterator[pa.Table]:
        """The rows below the header, as Arrow tables of text columns."""
        return to_batches(self._records(), self.header.columns)

    def _records(self) -> Iterator[tuple[int, list[str] | None, str | None]]:
        header = self.header
        places = {place: number for number, place in enumerate(header.places)}
        shown = {header.places[number] for number in header.shown}
        blank = [""] * header.columns
        for number, row in _rows(self.path, self.book):
            if number <= self.header_row:
                if number < self.header_row and self._stands_above(row):
                    yield number, None, "above_header"
                continue
            record, others = blank.copy(), []
            for place, value in row.items():
                text = self._text(place, value)
                if value is NOT_CALCULATED and place in places.keys() - shown:
                    self.uncalculated[header.names[places[place]]] += 1
                if place in places:
                    record[places[place]] = text
                elif text.strip():
                    others.append(f"{place}:{text}")
            record[-1] = "|".join(others)
            yield number, record, None

    def _stands_above(self, row: Row) -> bool:
        width = range(self.header.width)
        fields = [self._text(place, row.get(place, "")) for place in width]
        return stands_above(fields, self.header, self.extract)

    def _text(self, place: int, value: Value) -> str:
        if isinstance(value, float):
            if place in self.date_places:
                return _serial_date(value, self.book.is_1904)
            return render(value)
        return value


def open_workbook(path: Path, extract: Extract, optional: frozenset[str]) -> Workbook:
    """Check a workbook's size, choose its sheet and find its header."""
    try:
        book = open_book(path, extract.name, UNPACKED_LIMIT)
    except BROKEN as error:
        raise Refused("workbook_broken") from error
    nearest = [column.name for column in extract.columns if column.is_required_column]
    is_empty = True
    form = None
    for number, row in _rows(path, book):
        is_empty = is_empty and not any(str(value).strip() for value in row.values())
        if number > HEADER_ROWS:
            if is_empty:
                continue
            break
        names = _names(row)
        form = form or mark_in(names)
        missing = missing_columns(names, extract, optional)
        if not missing:
            header = read_header(names, extract)
            # Cells beyond the header, and under blank cells of it, are one column.
            header.has_unnamed = True
            header.form = form
            dates = frozenset(
                header.places[header.found[column.name]]
                for column in extract.columns
                if column.data_type == "date" and column.name in header.found
            )
            unread = sum(
                _has_header(path, replace(book, sheet=sheet), extract, optional)
                for title, sheet in book.others.items()
                if title not in extract.form_sheets
            )
            beside = tuple(n for n in extract.sheets_of_others if n in book.others)
            return Workbook(path, book, header, number, dates, extract, unread, beside)
        nearest = min(nearest, missing, key=len)
    if is_empty:
        raise Refused("empty_file")
    raise Refused("header_missing", columns=", ".join(nearest))


def _has_header(
    path: Path, book: Book, extract: Extract, optional: frozenset[str]
) -> bool:
    """Whether a sheet that is not read has the header; what is wrong with it is not."""
    try:
        return any(
            not missing_columns(_names(row), extract, optional)
            for _, row in takewhile(
                lambda row: row[0] <= HEADER_ROWS, _rows(path, book)
            )
        )
    except Refused:
        return False


def _names(row: Row) -> list[str]:
    """The cells of a row up to its last, as texts."""
    last = max((p for p, v in row.items() if str(v).strip()), default=-1)
    return [_name(row.get(place, "")) for place in range(last + 1)]


def _name(value: Value) -> str:
    return render(value) if isinstance(value, float) else value


def render(number: float) -> str:
    """A number as a sender would have typed it."""
    whole = number.is_integer() and abs(number) < 1e15
    return str(int(number)) if whole else repr(number)


def _serial_date(number: float, is_1904: bool) -> str:
    """A day as a workbook counts it; a number that is no day stays a number."""
    day = _day(int(number), is_1904) if 1 <= number <= LAST_SERIAL else None
    return render(number) if day is None else day.isoformat()


def _day(number: int, is_1904: bool) -> date | None:
    if is_1904:
        return date(1904, 1, 1) + timedelta(days=number)
    if number == NO_DAY:
        return None
    return date(1899, 12, 30 if number > NO_DAY else 31) + timedelta(days=number)


def _moment(number: float, is_1904: bool) -> str:
    """A cell that shows a date, a time, or both."""
    if not 0 <= number <= LAST_SERIAL:
        return render(number)
    days, rest = divmod(round(number * DAY_MS), DAY_MS)
    moment = (datetime.min + timedelta(milliseconds=rest)).time()
    if days == 0:
        return moment.isoformat()
    day = _day(days, is_1904)
    if day is None:
        return render(number)
    return day.isoformat() if moment == time() else f"{day} {moment.isoformat()}"


def _per_cent(number: float) -> str:
    """45.3% of 0.453, digit by digit."""
    return f"{(Decimal(repr(number)) * 100).normalize():f}%"


def _rows(path: Path, book: Book) -> Iterator[tuple[int, Row]]:
    """The rows of the sheet that hold anything, with their numbers."""
    cells = _Cells(book)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(book.sheet) as part:
            while chunk := part.read(CHUNK):
                cells.follow(chunk)
                yield from cells.taken()
            cells.finish()
            yield from cells.taken()
    except BROKEN as error:
        raise Refused("workbook_broken") from error


class _Cells:
    """Follows the cells of a sheet's XML.

    A sheet that is not in order is damaged. Whoever opens a sheet in a table program
    holds the rectangle that its cells span: two cells in far corners are refused.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._local = local_names()
        self._places: dict[str, int] = {}
        self._follower = Follower(follow(self._start, self._end, self._text))
        self._rows: list[tuple[int, Row]] = []
        self._row: Row = {}
        self._number, self._place = 0, -1
        self._number_sent = ""
        self._is_in_row = False
        self._kind, self._show = "n", Show.NUMBER
        self._has_formula = self._is_phonetic = False
        self._wanted: Taken | None = None
        self._value: str | None = None
        self._first_row = 0
        self._last_row = 0
        self._columns = (LAST_COLUMN, -1)

    def follow(self, chunk: bytes) -> None:
        """Take the next bytes of the sheet."""
        self._follower.feed(chunk)

    def finish(self) -> None:
        """Take the end."""
        self._follower.finish()

    def taken(self) -> list[tuple[int, Row]]:
        """The rows that are complete since this was last asked."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = self._local[name]
        if name == "row":
            self._start_row(attributes.get("r"))
        elif not self._is_in_row:
            return
        elif name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            if not self._is_phonetic:
                self._wanted = Taken()
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._is_phonetic = True

    def _start_row(self, sent: str | None) -> None:
        number = self._number + 1 if sent is None else _row_number(sent)
        if number <= self._number or self._is_in_row:
            raise Refused("workbook_broken")
        self._number, self._place, self._row = number, -1, {}
        self._number_sent = str(number)
        self._is_in_row = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            place = self._place + 1
        else:
            letters = reference.rstrip("0123456789")
            if reference[len(letters) :] != self._number_sent:
                raise Refused("workbook_broken")
            known = self._places.get(letters)
            if known is None:
                known = self._places[letters] = _column_number(letters) - 1
            place = known
        if not self._place < place < LAST_COLUMN:
            raise Refused("workbook_broken")
        self._place = place
        self._kind = attributes.get("t", "n")
        self._show = self._book.show_of(attributes.get("s"))
        self._has_formula = False
        self._value = None

    def _text(self, text: str) -> None:
        if self._wanted is not None:
            self._wanted.add(text)

    def _end(self, name: str) -> None:
        if not self._is_in_row:
            return
        name = self._local[name]
        if self._wanted is not None and name in ("v", "t"):
            text = self._wanted.text()
            self._value = text if self._value is None else self._value + text
            self._wanted = None
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "row":
            self._is_in_row = False
            if self._row:
                self._rows.append((self._number, self._row))

    def _end_cell(self) -> None:
        value = self._read(self._value)
        if value is None:
            return
        self._row[self._place] = value
        if isinstance(value, str) and not value.strip():
            return
        self._first_row = self._first_row or self._number
        first, last = self._columns
        self._columns = (min(first, self._place), max(last, self._place))
        rows = self._number - self._first_row + 1
        columns = self._columns[1] - self._columns[0] + 1
        if rows * columns * BYTES_A_CELL > UNPACKED_LIMIT:
            raise Refused("cell_far_away", line=self._number)

    def _read(self, sent: str | None) -> Value | None:
        """What a cell holds, by its type; None where it holds nothing."""
        kind = self._kind
        if kind in ("n", "b", "e", "d"):
            sent = None if sent is None else sent.strip() or None
        if sent is None:
            return NOT_CALCULATED if self._has_formula and kind == "n" else None
        if kind == "n":
            return self._number_text(sent)
        if kind == "s":
            place = int(sent)
            if not 0 <= place < len(self._book.strings):
                raise Refused("workbook_broken")
            return self._book.strings[place]
        if kind in ("str", "inlineStr"):
            return plain(unescaped(sent))
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(sent, sent.upper())
        if kind in ("e", "d"):
            return plain(sent)
        raise Refused("workbook_broken")

    def _number_text(self, sent: str) -> Value:
        if NUMBER.fullmatch(sent) is None:
            return plain(sent)
        number = float(sent)
        if number == 0 and re.match(r"[^eE]*[1-9]", sent):
            return sent
        show = self._show
        if show is Show.DATE:
            return _moment(number, self._book.is_1904)
        if show is Show.PER_CENT or (show is Show.PER_CENT_BELOW and number < 0):
            return _per_cent(number)
        if show is Show.PER_CENT_ABOVE and number > 0:
            return _per_cent(number)
        return number


def _row_number(sent: str) -> int:
    """A row number that a sheet can have."""
    found = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0
    if not 1 <= found <= LAST_ROW:
        raise Refused("workbook_broken")
    return found


def _column_number(letters: str) -> int:
    if LETTERS.fullmatch(letters) is None:
        raise Refused("workbook_broken")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
