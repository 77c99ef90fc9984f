"""What is sent: files of records as meant, and their bytes as agencies write them."""

import gzip
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lscb.sampling.files import csv_bytes, workbook, written_day

Value = str | int | float | date | None


@dataclass
class Line:
    """One record as meant. `fault` names the column that sets it aside, if one does.

    A date is a date, a number a number; text stands as it is written, faults included.
    """

    cells: dict[str, Value]
    fault: str = ""
    is_passed_over: bool = False

    @property
    def content(self) -> tuple:
        """What makes it the same as another line."""
        return tuple(
            sorted((name, str(cell)) for name, cell in self.cells.items() if cell != "")
        )


@dataclass(frozen=True)
class Style:
    """How an agency writes its files."""

    suffix: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    line_end: str = "\n"
    day: int = 0
    header: str = "plain"
    title_rows: int = 0
    blank_lines: bool = False


@dataclass
class Sent:
    """One file as drawn: where it stands, when it came, what it holds."""

    extract: str
    submitter: str
    submitter_as_sent: str
    period: str
    version: int
    columns: list[str]
    lines: list[Line]
    received: datetime
    style: Style = field(default_factory=Style)
    folder: str = ""
    damage: str = ""
    arrives_in: int = 1
    leaves_in: int = 0

    @property
    def name(self) -> str:
        """The file's name."""
        return (
            f"{self.extract}__{self.submitter_as_sent}__{self.period}"
            f"__v{self.version}.{self.style.suffix}"
        )

    @property
    def path(self) -> str:
        """Where it stands below the landing folder."""
        return "/".join(part for part in (self.extract, self.folder, self.name) if part)

    @property
    def block(self) -> tuple[str, str, str]:
        """What the file speaks for."""
        return self.extract, self.submitter, self.period

    def content(self) -> bytes:
        """The file's bytes."""
        whole = written(self)
        if self.damage == "empty":
            return b""
        if self.damage == "cut off":
            return whole[: max(40, len(whole) // 2)]
        if self.damage == "nul":
            return b"\0\0\0" + whole
        return whole

    def write_below(self, landing: Path) -> None:
        """Write the file with the time at which it was received."""
        path = landing / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content())
        seconds = self.received.timestamp()
        os.utime(path, (seconds, seconds))


def _header(columns: Sequence[str], style: Style) -> list[str]:
    return {
        "plain": list,
        "upper": lambda names: [name.upper() for name in names],
        "spaced": lambda names: [f" {name}  " for name in names],
    }[style.header](columns)


def _as_text(value: Value, style: Style) -> str:
    if isinstance(value, date):
        return written_day(value, style.day)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def written(sent: Sent) -> bytes:
    """The bytes of the file without damage."""
    style = sent.style
    header = _header(sent.columns, style)
    rows = [[line.cells.get(name) for name in sent.columns] for line in sent.lines]
    if style.suffix == "parquet":
        return _parquet(header, rows, style)
    if style.suffix == "xlsx":
        titles = [["Synthetic data"]] * style.title_rows
        return workbook([*titles, header, *rows], sent.extract)
    titles = [["Synthetic data"], [""]][: style.title_rows]
    table = [header, *([_as_text(value, style) for value in row] for row in rows)]
    if style.blank_lines:
        table.append([""] * len(header))
    content = csv_bytes(
        [*titles, *table], style.delimiter, style.encoding, style.line_end
    )
    if style.suffix == "csv.gz":
        return gzip.compress(content, mtime=0)
    return content


def _parquet(header: list[str], rows: list[list[Value]], style: Style) -> bytes:
    """The rows as Parquet: typed where a column is of one type, text elsewhere."""
    columns = {}
    for place, name in enumerate(header):
        values = [None if row[place] == "" else row[place] for row in rows]
        kinds = {type(value) for value in values if value is not None}
        if kinds == {date}:
            columns[name] = pa.array(values, pa.date32())
        elif kinds == {int}:
            columns[name] = pa.array(values, pa.int64())
        else:
            texts = [None if v is None else _as_text(v, style) for v in values]
            columns[name] = pa.array(texts, pa.string())
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()
