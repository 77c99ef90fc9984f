"""What a case of the corpus is, and small builders of the bytes that agencies send."""

import csv
import datetime as dt
import gzip
import io
import itertools
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Row = Mapping[str, object]
Content = bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Aside:
    """A line or value that must be set aside: where, in which column, for which reason.

    `level` is `record` where the line is lost, `value` where one cell is emptied.
    """

    line: int
    column: str | None
    reason: str
    level: str = "record"


@dataclass(frozen=True)
class Case:
    """One file, and what must come of it by the letter of the contract."""

    name: str
    path: str
    content: Content
    #: Reason codes of which one must be given where the file is refused whole.
    refused: frozenset[str] = frozenset()
    status: str = "accepted"
    read: int = 0
    duplicate: int = 0
    passed_over: int = 0
    aside: tuple[Aside, ...] = ()
    #: Line of each record accepted, and what some of its columns must hold; None where
    #: the counts alone are compared.
    rows: Mapping[int, Row] | None = None
    notices: tuple[tuple[str, str | None], ...] = ()

    @property
    def set_aside(self) -> int:
        """How many records are lost: emptied values do not count."""
        return len({one.line for one in self.aside if one.level == "record"})

    @property
    def accepted(self) -> int:
        """What the invariant leaves."""
        return self.read - self.set_aside - self.duplicate - self.passed_over


def refuse(name: str, path: str, content: Content, *codes: str) -> Case:
    """A file that is refused whole, for one of the reasons."""
    return Case(name, path, content, frozenset(codes), status="refused")


# names of their own

LONDON_PCTS = [
    "5A9",
    "TAK",
    "5K5",
    "5A7",
    "5K7",
    "5K9",
    "5HX",
    "5C1",
    "5A8",
    "5H1",
    "5C9",
    "5K6",
    "5A4",
    "5AT",
    "5HY",
    "5K8",
    "5LA",
    "5A5",
    "5LD",
    "5LF",
    "5C5",
    "5NA",
    "5M6",
    "5LE",
    "5C4",
    "5NC",
    "5LG",
    "5LC",
]

AUTHORITIES = [f"E09{number:06d}" for number in range(4, 34)]


class Blocks:
    """Hands out blocks that no other case has, so that every file is judged alone."""

    def __init__(self) -> None:
        self._admissions = iter(LONDON_PCTS)
        self._returns = itertools.product((2008, 2009), range(1, 5), AUTHORITIES)
        self._referrals = iter(AUTHORITIES)
        self._months = itertools.product((2008, 2009), range(1, 13))
        self._quarters = itertools.product((2007, 2008), (1, 2, 3))
        self._years = iter(range(2004, 2012))
        self._labels = itertools.count(1)

    def admissions(self, kind: str = "csv") -> str:
        """A PCT and quarter; its dates are of April to June 2008."""
        pct = next(self._admissions)
        return f"pct_admissions/pct_admissions__{pct}__2008-09Q1__v1.{kind}"

    def returns(self, period: str = "", kind: str = "csv") -> str:
        """An authority and a quarter, or the period named, of a return."""
        year, quarter, area = next(self._returns)
        period = period or f"{year}-{(year + 1) % 100:02d}Q{quarter}"
        return f"lscb_return/lscb_return__{area}__{period}__v1.{kind}"

    def referrals(self, kind: str = "csv") -> str:
        """An authority and the quarter 2008-09Q1."""
        area = next(self._referrals)
        return f"lado_referrals/lado_referrals__{area}__2008-09Q1__v1.{kind}"

    def offences(self, force: str = "MPS", kind: str = "csv") -> tuple[str, str]:
        """A month of a force: path, and the month as YYYY-MM."""
        year, month = next(self._months)
        period = f"{year}-{month:02d}"
        return f"police_offences/police_offences__{force}__M{period}__v1.{kind}", period

    def missing(self, kind: str = "csv") -> tuple[str, int, int]:
        """A quarter of the MPS: path, year and first month."""
        year, quarter = next(self._quarters)
        period = f"{year}-{(year + 1) % 100:02d}Q{quarter}"
        return (
            f"missing_children/missing_children__MPS__{period}__v1.{kind}",
            year,
            3 * quarter + 1,
        )

    def population(self, kind: str = "csv") -> str:
        """A mid-year."""
        return f"population/population__ONS__{next(self._years)}__v1.{kind}"

    def crime(self, kind: str = "csv") -> str:
        """A label of the GLA."""
        label = f"label-{next(self._labels)}"
        return f"mps_borough_crime/mps_borough_crime__GLA__{label}__v1.{kind}"

    def statistics(self, kind: str = "csv") -> str:
        """A label of the DfE."""
        label = f"label-{next(self._labels)}"
        return f"ees_statistics/ees_statistics__DFE__{label}__v1.{kind}"


BLOCKS = Blocks()


# records that are clean


def admission(epikey: object, **other: object) -> dict[str, object]:
    """A clean admission of 1 May 2008."""
    return {
        "epikey": epikey,
        "startage": "12",
        "admidate": "2008-05-01",
        "epiorder": "1",
        "admimeth": "21",
        "diag_01": "S720",
    } | other


def offence(month: str, crime_ref: object, **other: object) -> dict[str, object]:
    """A clean offence of the fifth of a month, Barking and Dagenham."""
    return {
        "crime_ref": crime_ref,
        "victim_no": "1",
        "recorded_date": f"{month}-05",
        "bocu": "KG",
        "ho_class": "8G",
        "child_abuse": "N",
        "knife": "N",
        "drug": "N",
        "status": "Recorded",
    } | other


def referral(referral_id: object, **other: object) -> dict[str, object]:
    """A clean referral of 1 May 2008."""
    return {
        "referral_id": referral_id,
        "referral_date": "2008-05-01",
        "contact_type": "Referral",
    } | other


def episode(year: int, month: int, ref: object, **other: object) -> dict[str, object]:
    """A clean episode of the fifth of a quarter's first month."""
    return {
        "episode_ref": ref,
        "child_ref": "C1",
        "reported_date": f"{year}-{month:02d}-05",
        "age": "15",
        "bocu": "KG",
    } | other


def answer(wave: object, la_code: object, response: str, **other: object) -> dict:
    """A clean answer to one question."""
    return {
        "wave": wave,
        "la_code": la_code,
        "question_id": "bullied_year",
        "response": response,
        "weighted_percent": "28.8",
        "base_unweighted": "1000",
    } | other


def figure(pi_code: object, **other: object) -> dict[str, object]:
    """A clean row of a return."""
    return {"pi_code": pi_code, "numerator": "5", "denominator": "50"} | other


def persons(gss_code: object, age_band: object, **other: object) -> dict[str, object]:
    """A clean row of the estimates."""
    return {"gss_code": gss_code, "age_band": age_band, "persons": "1000"} | other


def statistic(new_la_code: object, **other: object) -> dict[str, object]:
    """A clean row of published statistics."""
    return {
        "time_period": "2025",
        "time_identifier": "Reporting year",
        "geographic_level": "Local authority",
        "country_code": "E92000001",
        "new_la_code": new_la_code,
        "la_name": "Some place",
        "referrals": "10",
    } | other


def figures(count: int, **other: object) -> list[dict[str, object]]:
    """Clean rows of a return whose numerators are 1, 2, ..."""
    return [
        figure("SG01", numerator=str(number), measure=f"m{number}", **other)
        for number in range(1, count + 1)
    ]


# bytes


def header_of(rows: Iterable[Row]) -> list[str]:
    """The columns of the rows, in the order in which they first appear."""
    return list(dict.fromkeys(column for row in rows for column in row))


def table(rows: Sequence[Row], delimiter: str = ",", end: str = "\n") -> str:
    """The rows as text with a header, quoted where they must be."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, header_of(rows), restval="", delimiter=delimiter, lineterminator=end
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def sheet(rows: Sequence[Row], encoding: str = "utf-8") -> bytes:
    """The rows as a CSV file."""
    return table(rows).encode(encoding)


def gz(content: bytes) -> bytes:
    """The bytes, packed; the same each time."""
    return gzip.compress(content, mtime=0)


def workbook(
    *sheets: tuple[str, Sequence[Sequence[object]]], mac: bool = False
) -> bytes:
    """A workbook of named sheets, each given cell by cell."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    if mac:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for name, cells in sheets:
        page = book.create_sheet(name)
        for cell_row in cells:
            page.append(list(cell_row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cells_of(rows: Sequence[Row]) -> list[list[object]]:
    """The rows as cells under their header."""
    header = header_of(rows)
    return [header, *([row.get(column) for column in header] for row in rows)]


def parquet(columns: Mapping[str, object]) -> bytes:
    """A Parquet file of Arrow arrays or plain lists."""
    content = pa.BufferOutputStream()
    pq.write_table(pa.table(dict(columns)), content)
    return content.getvalue().to_pybytes()


def columns_of(rows: Sequence[Row]) -> dict[str, list[object]]:
    """The rows turned on their side."""
    return {column: [row.get(column) for row in rows] for column in header_of(rows)}


def repacked(book: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The workbook with each of its parts changed."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    return content.getvalue()


MEGABYTE = 1_000_000


def bomb(book: bytes, megabytes: int, claimed: int | None = None) -> bytes:
    """The workbook with blanks put into its first sheet, up to so many megabytes.

    `claimed` writes another size into the directory of the archive than the true one.
    """
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.namelist():
            data = old.read(part)
            if part != "xl/worksheets/sheet1.xml":
                new.writestr(part, data)
                continue
            cut = data.index(b"<sheetData>")
            head, tail = data[:cut], data[cut:]
            with new.open(part, "w") as inner:
                inner.write(head)
                for _ in range(megabytes):
                    inner.write(b" " * MEGABYTE)
                inner.write(tail)
            true_size = len(data) + megabytes * MEGABYTE
    packed = content.getvalue()
    if claimed is not None:
        packed = packed.replace(
            struct.pack("<L", true_size), struct.pack("<L", claimed)
        )
    return packed


# one column, many values


@dataclass(frozen=True)
class Column:
    """How one column of an extract is tried with many values in one file."""

    path: str
    clean: Callable[[int], dict[str, object]]
    column: str
    lake_column: str | None = None
    is_required: bool = True
    good: Sequence[tuple[object, object]] = ()
    bad: Sequence[tuple[object, str]] = field(default_factory=tuple)

    def case(self, name: str) -> Case:
        """One record per value, and clean ones so that less than half is set aside."""
        rows = [
            self.clean(number) | {self.column: sent}
            for number, sent in enumerate(
                [sent for sent, _ in self.good] + [sent for sent, _ in self.bad]
            )
        ]
        first_bad = len(self.good) + 2
        rows += [self.clean(len(rows) + number) for number in range(len(self.bad))]
        level = "record" if self.is_required else "value"
        expected: dict[int, Row] = {
            line: {self.lake_column: value} if self.lake_column else {}
            for line, (_, value) in enumerate(self.good, 2)
        }
        for line in range(first_bad, first_bad + len(self.bad)):
            if not self.is_required:
                empty = {self.lake_column: None} if self.lake_column else {}
                expected[line] = empty | {"values_set_aside": self.column}
        for line in range(first_bad + len(self.bad), len(rows) + 2):
            expected[line] = {}
        return Case(
            name,
            self.path,
            sheet(rows),
            read=len(rows),
            aside=tuple(
                Aside(line, self.column, reason, level)
                for line, (_, reason) in enumerate(self.bad, first_bad)
            ),
            rows=expected,
        )


def day(text: str) -> dt.date:
    """A date of the expectation."""
    return dt.date.fromisoformat(text)
