"""Files as agencies send them, with bytes that depend on nothing but their content."""

import io
import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from lscb.statuses import FILES, statuses

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
WORKBOOK_CREATED = datetime(2008, 7, 29, 12, 0, 0)
STORED_BLOCK = 65_535
MONTH_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
Cell = str | int | float | date | None
Row = Sequence[Cell]


@dataclass
class Fault:
    """A line, or one value of it, that the warehouse must set aside."""

    line_number: int
    column_name: str
    level: str
    what: str


@dataclass
class SampleFile:
    """One file of the sample and what must come of it.

    `accepted` and the counts beside it are those the ledger must show; a file that
    is refused or a duplicate has none.
    """

    extract: str
    submitter: str
    label: str
    suffix: str
    content: bytes
    received: datetime
    version: int = 1
    status: str = "accepted"
    because: str = ""
    accepted: int | None = None
    set_aside: int = 0
    duplicates: int = 0
    passed_over: int = 0
    is_late: bool = False
    faults: list[Fault] = field(default_factory=list)

    @property
    def name(self) -> str:
        return (
            f"{self.extract}__{self.submitter}__{self.label}"
            f"__v{self.version}.{self.suffix}"
        )

    @property
    def relative_path(self) -> str:
        return f"{self.extract}/{self.name}"

    @property
    def has_counts(self) -> bool:
        return self.status in statuses(FILES, "counted")

    @property
    def lines_read(self) -> int | None:
        if not self.has_counts or self.accepted is None:
            return None
        return self.accepted + self.set_aside + self.duplicates + self.passed_over

    def write_below(self, landing: Path) -> None:
        """Write the file and give it the time at which it was received."""
        path = landing / self.relative_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content)
        seconds = int(self.received.timestamp())
        os.utime(path, (seconds, seconds))


def written_day(day: date, style: int) -> str:
    """Return a day in one of the four ways in which agencies write days."""
    month = MONTH_NAMES[day.month - 1]
    return (
        day.isoformat(),
        f"{day.day:02d}/{day.month:02d}/{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02d}-{month}-{day.year}",
    )[style % 4]


def days_written(start: date, count: int, style: int) -> list[str]:
    """Return so many days from a start, all written alike."""
    return [written_day(start + timedelta(days=n), style) for n in range(count)]


def received_after(end: date, days: int) -> datetime:
    """Return noon, universal time, so many days after a period's end."""
    return datetime.combine(end + timedelta(days=days), time(12), UTC)


def gzipped(content: bytes) -> bytes:
    """Return a gzip file of stored blocks: no name, no time, no compressor."""
    parts = [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"]
    last = max(0, (len(content) - 1) // STORED_BLOCK)
    for number in range(last + 1):
        block = content[number * STORED_BLOCK : (number + 1) * STORED_BLOCK]
        size = len(block)
        parts.append(bytes([number == last]))
        parts.append(size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little"))
        parts.append(block)
    parts.append(zlib.crc32(content).to_bytes(4, "little"))
    parts.append((len(content) % 2**32).to_bytes(4, "little"))
    return b"".join(parts)


def quoted(text: str, delimiter: str = ",") -> str:
    """Return a field as CSV writes it, quoted only where it must be."""
    if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def csv_bytes(
    rows: Sequence[Row],
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\n",
) -> bytes:
    """Return small tables as CSV; the rows include the header."""
    lines = [
        delimiter.join(quoted(as_text(cell), delimiter) for cell in row) for row in rows
    ]
    return (line_end.join(lines) + line_end).encode(encoding)


def text_column(values: Sequence[str], positions: object) -> pa.Array:
    """Return the values at the positions, as text."""
    return pa.array(values, pa.string()).take(pa.array(positions))


def number_column(numbers: object) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def columns_to_csv(
    columns: dict[str, pa.Array], extra_lines: Sequence[str], delimiter: str = ","
) -> bytes:
    """Return long tables as CSV, whole columns at a time.

    The fields hold no delimiter and no quote. `extra_lines` follow the records.
    """
    head = delimiter.join(columns) + "\n"
    tail = "".join(f"{line}\n" for line in extra_lines)
    if len(next(iter(columns.values()))) == 0:
        return (head + tail).encode()
    fields = list(columns.values())
    fields[-1] = pc.binary_join_element_wise(fields[-1], "\n", "")
    lines = pc.binary_join_element_wise(*fields, delimiter)
    body = b"".join(line.encode() for line in lines.to_pylist())
    return head.encode() + body + tail.encode()


def columns_to_parquet(columns: dict[str, pa.Array]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(
        pa.table(columns),
        buffer,
        compression="none",
        use_dictionary=False,
        store_schema=False,
        row_group_size=1_000_000,
    )
    return buffer.getvalue()


def workbook(
    rows: Sequence[Row], sheet: str, before: Sequence[str] = (), note: str = ""
) -> bytes:
    """Return a workbook with the rows on the named sheet.

    `before` is a list of sheets that stand in front of it, each holding `note`.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": WORKBOOK_CREATED, "comments": "Synthetic data"})
    day_format = book.add_format({"num_format": "dd/mm/yyyy"})
    for name in before:
        book.add_worksheet(name).write_string(0, 0, note)
    page = book.add_worksheet(sheet)
    for row_number, row in enumerate(rows):
        for column_number, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                page.write_string(row_number, column_number, cell)
            elif isinstance(cell, date):
                serial = (cell - date(1899, 12, 30)).days
                page.write_number(row_number, column_number, serial, day_format)
            else:
                page.write_number(row_number, column_number, cell)
    book.close()
    return _stored(buffer.getvalue())


def _stored(archive: bytes) -> bytes:
    """Return the same zip archive without compression and with one date."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as packed,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as stored,
    ):
        for name in packed.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            stored.writestr(entry, packed.read(name))
    return buffer.getvalue()
