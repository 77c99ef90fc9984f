"""CSV files: bytes to text, text to physical lines, lines to records."""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from lscb.landing.form_marks import mark_in
from lscb.landing.recognising import looks_like_a_record, stands_above
from lscb.landing.records import (
    BATCH_LETTERS,
    HEADER_ROWS,
    Header,
    is_plain,
    make_batch,
    missing_columns,
    plain,
    read_header,
    refuse_if_too_long,
    rows_at_once,
)
from lscb.landing.reference import Extract
from lscb.landing.refusals import Refused

LINE_LIMIT = 2_000_000
UNPACKED_LIMIT = 4_000_000_000
# Nothing is packed closer by gzip than so many times.
CLOSEST = 1_040
CHUNK = 1 << 20
# What a count holds at once: it stays in the processor's caches.
STRIDE = 1 << 18
LINE_END = 10
DELIMITERS = (",", ";", "\t", "|")
# Bytes that Windows-1252 leaves undefined.
UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# How files of other kinds begin, and the reason for which they are refused.
OTHER_KINDS = {
    b"\x1f\x8b\x08": "packed_inside",
    b"PK\x03\x04": "book_inside",
    b"\xd0\xcf\x11\xe0": "book_inside",
}
WEB_PAGE = re.compile(rb"\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """What one reading of the bytes showed: encoding, and whether a CR stands alone.

    `is_mixed` where it begins with the mark of UTF-8 and is not; `is_plain` where it
    surely has no blanks but plain ones. `lines` says how many there are.
    """

    encoding: str
    has_lone_cr: bool
    lines: int
    is_mixed: bool = False
    is_plain: bool = False


@contextmanager
def open_bytes(path: Path, is_gzip: bool) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked; what is wrong with a gzip file is refused."""
    with path.open("rb") as raw:
        if not is_gzip:
            yield raw
            return
        _refuse_if_too_large(raw, path.stat().st_size)
        try:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield unpacked
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Refused("gzip_broken") from error


def _refuse_if_too_large(raw: BinaryIO, size: int) -> None:
    """Refuse a gzip file that says itself, at its end, that it unpacks to too much.

    What is more than it can unpack to says that its end is cut off.
    """
    raw.seek(max(size - 4, 0))
    declared = int.from_bytes(raw.read(4), "little")
    raw.seek(0)
    if UNPACKED_LIMIT < declared <= size * CLOSEST:
        raise Refused("gzip_too_large")


def examine(path: Path, is_gzip: bool) -> Text:
    """Read all bytes once; find the encoding and refuse what cannot be read."""
    with open_bytes(path, is_gzip) as stream:
        start = stream.read(4)
        rest = _chunks(start, stream)
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return _examine_utf16(rest)
        for begins, code in OTHER_KINDS.items():
            if start.startswith(begins):
                raise Refused(code)
        return _examine_bytes(rest)


def _chunks(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    if start:
        yield start + stream.read(CHUNK - len(start))
    total = CHUNK
    while chunk := stream.read(CHUNK):
        total += len(chunk)
        if total > UNPACKED_LIMIT and isinstance(stream, gzip.GzipFile):
            raise Refused("gzip_too_large")
        yield chunk


def count_line_ends(content: bytes | memoryview) -> int:
    """How many line feeds there are; `bytes.count` takes five times as long."""
    text = np.frombuffer(content, np.uint8)
    return sum(
        int(np.count_nonzero(text[start : start + STRIDE] == LINE_END))
        for start in range(0, len(text), STRIDE)
    )


class _Lines:
    """Follows line lengths and lone CRs through chunks; a unit is bytes a character."""

    def __init__(self, unit: int = 1) -> None:
        self.line = 1
        self.has_lone_cr = False
        self._unit = unit
        self._length = 0
        self._has_content = False
        self._held_cr = b""

    def follow(self, chunk: bytes) -> None:
        """Take the next bytes; a line that is too long is refused, and too many are."""
        self._has_content = self._has_content or bool(chunk.strip())
        first = chunk.find(b"\n")
        if first < 0:
            self._grow(len(chunk))
        else:
            self._grow(first)
            self.line += count_line_ends(chunk)
            refuse_if_too_long(self.line)
            self._length = 0
            self._grow(len(chunk) - chunk.rfind(b"\n") - 1)
        if not self._held_cr and b"\r" not in chunk:
            return
        chunk = self._held_cr + chunk
        self._held_cr = b"\r" if chunk.endswith(b"\r") else b""
        lone = chunk.count(b"\r") - chunk.count(b"\r\n") - len(self._held_cr)
        self.has_lone_cr = self.has_lone_cr or lone > 0

    def finish(self) -> None:
        """Judge the end: a CR that nothing follows, a text with nothing in it."""
        self.has_lone_cr = self.has_lone_cr or bool(self._held_cr)
        if not self._has_content:
            raise Refused("empty_file")

    def _grow(self, length: int) -> None:
        self._length += length
        if self._length * self._unit > LINE_LIMIT:
            raise Refused("line_too_long", line=self.line)


def _examine_bytes(chunks: Iterator[bytes]) -> Text:
    lines = _Lines()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_cp1252, has_mark, undefined_line = True, True, False, 0
    has_plain_blanks = True
    for number, chunk in enumerate(chunks):
        if number == 0:
            has_mark = chunk.startswith(codecs.BOM_UTF8)
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
            if WEB_PAGE.match(chunk):
                raise Refused("web_page")
        if b"\0" in chunk:
            sample = chunk[:2000]
            half = sample.count(b"\0") * 3 > len(sample)
            raise Refused("utf16_without_mark" if half else "nul_bytes")
        is_ascii = chunk.isascii()
        has_plain_blanks = has_plain_blanks and is_ascii and is_plain(chunk)
        if is_utf8 and not (is_ascii and not decoder.getstate()[0]):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        if is_cp1252 and not is_ascii and (found := UNDEFINED.search(chunk)):
            is_cp1252 = False
            undefined_line = lines.line + chunk.count(b"\n", 0, found.start())
        lines.follow(chunk)
    lines.finish()
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        is_utf8 = False
    if is_utf8:
        return Text(
            "utf-8-sig", lines.has_lone_cr, lines.line, is_plain=has_plain_blanks
        )
    if not is_cp1252:
        raise Refused("text_undecodable", line=undefined_line)
    return Text("cp1252", lines.has_lone_cr, lines.line, is_mixed=has_mark)


def _examine_utf16(chunks: Iterator[bytes]) -> Text:
    lines = _Lines(unit=2)
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        for chunk in chunks:
            _follow_utf16(lines, decoder.decode(chunk))
        _follow_utf16(lines, decoder.decode(b"", final=True))
    except UnicodeDecodeError as error:
        raise Refused("text_undecodable", line=lines.line) from error
    lines.finish()
    return Text("utf-16", lines.has_lone_cr, lines.line)


def _follow_utf16(lines: _Lines, text: str) -> None:
    if "\0" in text:
        raise Refused("nul_bytes")
    lines.follow(text.encode("latin-1", "replace"))


@contextmanager
def _open_lines(path: Path, is_gzip: bool, text: Text) -> Iterator[Iterator[str]]:
    """Physical lines: separated by LF alone, line ends kept."""
    with open_bytes(path, is_gzip) as stream:
        if text.is_mixed:
            stream.read(len(codecs.BOM_UTF8))
        # TextIOWrapper closes what it wraps; the context manager closes it as well.
        with io.TextIOWrapper(stream, encoding=text.encoding, newline="\n") as lines:
            yield lines if text.is_plain else map(plain, lines)


@dataclass(frozen=True)
class TextFile:
    """A CSV file whose header was found."""

    path: Path
    is_gzip: bool
    text: Text
    delimiter: str
    header: Header
    header_rows: int
    header_end: int
    extract: Extract

    @property
    def may_have_decimal_commas(self) -> bool:
        """Semicolons part fields where a comma is needed inside numbers."""
        return self.delimiter == ";"

    def batches(self) -> Iterator[pa.Table]:
        """The records after the header, as Arrow tables of text columns."""
        with _open_lines(self.path, self.is_gzip, self.text) as lines:
            records = Records(enumerate(lines, 1), self.delimiter, self.text)
            *above, _ = islice(records.rows(), self.header_rows)
            aside = self.records_above(above)
            yield from records.batches(self.header, self.extract, aside)

    def records_above(self, rows: Iterable[tuple[int, list[str] | None]]) -> list[int]:
        """Which of the rows above the header are records, by their lines."""
        return [
            line
            for line, row in rows
            if row and stands_above(row, self.header, self.extract)
        ]


def open_text(
    path: Path, is_gzip: bool, extract: Extract, optional: frozenset[str]
) -> TextFile:
    """Examine a CSV file and find its header under one of the delimiters.

    `optional` names required columns that this submitter may leave out.
    """
    text = examine(path, is_gzip)
    nearest = [column.name for column in extract.columns if column.is_required_column]
    has_lone_cr = None
    for delimiter in DELIMITERS:
        with _open_lines(path, is_gzip, text) as lines:
            records = Records(enumerate(lines, 1), delimiter, text)
            form = None
            try:
                for number, row in enumerate(islice(records.rows(), HEADER_ROWS), 1):
                    form = form or mark_in(row[1] or [])
                    missing = missing_columns(row[1] or [], extract, optional)
                    if not missing:
                        header = read_header(row[1] or [], extract)
                        header.form = form
                        return TextFile(
                            path=path,
                            is_gzip=is_gzip,
                            text=text,
                            delimiter=delimiter,
                            header=header,
                            header_rows=number,
                            header_end=records.end,
                            extract=extract,
                        )
                    nearest = min(nearest, missing, key=len)
            except _Unreadable as unreadable:
                # Under another delimiter the same quotes and CRs may be in order.
                if unreadable.code == "lone_carriage_return":
                    has_lone_cr = unreadable
    raise has_lone_cr or Refused("header_missing", columns=", ".join(nearest))


class _Unreadable(Refused):
    """What the quotes and line ends of a text, read by one delimiter, do not allow."""


class Records:
    """Records of a CSV text: strict, but a broken record does not end the file.

    `lines` are physical lines with their numbers, of which some may be left out where a
    record ends. `end` is the last line taken.
    """

    def __init__(self, lines: Iterator[tuple[int, str]], delimiter: str, text: Text):
        self._taken: list[str] = []
        self._delimiter = delimiter
        self._has_lone_cr = text.has_lone_cr
        csv.field_size_limit(LINE_LIMIT)
        self._reader = csv.reader(
            self._watched(lines),
            delimiter=delimiter,
            strict=True,
            skipinitialspace=True,
        )
        self._start = 0
        self.end = 0
        self._letters = 0

    @property
    def is_inside(self) -> bool:
        """Whether the next line is taken for a record that has begun."""
        return bool(self._taken)

    def rows(self) -> Iterator[tuple[int, list[str] | None]]:
        """Line where the record starts, and its fields; None for broken quotes.

        Each physical line that a broken record took with it is a row of its own: what
        stands there may be a record, but nobody can say so.
        """
        while True:
            self._taken.clear()
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._refuse(error)
                for line in range(self._start, self.end + 1):
                    yield line, None
                continue
            if self._has_lone_cr and self._taken[-1].endswith(("\r\r\n", "\r")):
                raise _Unreadable("lone_carriage_return", line=self.end)
            yield self._start, row

    def batches(
        self, header: Header, extract: Extract, above: Sequence[int]
    ) -> Iterator[pa.Table]:
        """The remaining records as Arrow tables; blank ones are left out later.

        Before them stand the lines of records above the header, set aside.
        """
        empty = [""] * header.columns
        lines = [*above]
        rows: list[Sequence[str]] = [empty] * len(lines)
        faults: list[str | None] = ["above_header"] * len(lines)
        # Fields may be missing at the end where the header has no name for them.
        width, least = header.width, header.places[-1] + 1
        most = rows_at_once(header.columns)
        self._letters = 0
        for line, row in self.rows():
            fault = None
            if row is not None and self.end > line:
                self._refuse_if_swallowed(line, header, extract)
            if row is None:
                row, fault = empty, "quotes_broken"
            elif len(row) != width:
                if not any(field.strip() for field in row):
                    continue
                if len(row) == width + 1 and not row[-1].strip():
                    row = header.spread(row[:-1])
                elif least <= len(row) < width:
                    row = header.spread(row)
                else:
                    few = len(row) < width
                    fault = "too_few_fields" if few else "too_many_fields"
                    row = empty
            elif header.has_unnamed:
                row = header.spread(row)
            lines.append(line)
            rows.append(row)
            faults.append(fault)
            if len(lines) == most or self._letters > BATCH_LETTERS:
                yield make_batch(lines, rows, faults, header.columns)
                lines, rows, faults = [], [], []
                self._letters = 0
        if lines:
            yield make_batch(lines, rows, faults, header.columns)

    def _watched(self, lines: Iterator[tuple[int, str]]) -> Iterator[str]:
        for number, line in lines:
            if not self._taken:
                self._start = number
            self.end = number
            self._taken.append(line)
            self._letters += len(line)
            yield line

    def _refuse_if_swallowed(
        self, start: int, header: Header, extract: Extract
    ) -> None:
        """Refuse two stray quotes that make one record of what looks like many.

        The line that opens a quote is then a record of its own, as is one that follows;
        a text of many lines leaves its own record's fields on either side of it.
        """
        first, *others = (
            line.rstrip("\r\n").split(self._delimiter) for line in self._taken
        )
        if len(first) <= header.places[-1]:
            return
        for fields in others:
            if looks_like_a_record(fields, header, extract):
                raise Refused("quotes_swallow", first=start, last=self.end)

    def _refuse(self, error: csv.Error) -> None:
        message = str(error)
        if message.startswith("new-line character"):
            raise _Unreadable("lone_carriage_return", line=self.end)
        if message.startswith(("unexpected end of data", "field larger than")):
            raise _Unreadable("quote_not_closed", line=self._start)
