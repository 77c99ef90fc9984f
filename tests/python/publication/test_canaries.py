"""No personal value of the sample is found in anything but landing and the archive.

Files are searched as bytes in several encodings, and again from inside: workbooks
unpacked, Parquet and DuckDB files read column by column, because both compress.
"""

import base64
import csv
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from build_help import PROJECT, Build
from lscb.sheets.returns import write_return_sheets

# All NHS numbers of the sample begin with this; no real one does.
NHS_NUMBERS = "99900000"
BIRTHDAYS = re.compile(r"\d\d/\d\d/\d{4}")


@pytest.fixture(scope="module")
def canaries(warehouse: Build) -> list[str]:
    """Names, postcodes, NHS numbers and dates of birth that only the sample has."""
    marks = json.loads((warehouse.landing / ".synthetic.json").read_text())["canaries"]
    born = set()
    for path in sorted((warehouse.landing / "pct_admissions").glob("*.csv"))[:20]:
        with path.open(newline="", encoding="cp1252") as lines:
            for line in csv.DictReader(lines):
                born.add(line.get("dob") or line.get("DOB") or "")
    birthdays = sorted(day for day in born if BIRTHDAYS.fullmatch(day))[:12]
    assert len(birthdays) > 10
    # Four letters alone would be met by chance in a file of this size.
    assert min(map(len, marks)) >= 8
    closed_up = {mark.replace(" ", "") for mark in marks} - set(marks)
    return [*marks, *sorted(closed_up), NHS_NUMBERS, *birthdays]


def disguises(text: str) -> Iterator[bytes]:
    """The text as it may stand in a file."""
    plain = text.encode()
    yield plain
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    for shift in range(3):
        # Base64 of the text from the first digit that it alone decides to the last.
        coded = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
        yield coded[-(-8 * shift // 6) : (8 * (shift + len(plain))) // 6]


def contents(path: Path) -> Iterator[bytes]:
    """A file's bytes, and what it holds compressed."""
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    elif path.suffix == ".parquet":
        for column in pq.read_table(path).columns:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                yield "\n".join(filter(None, column.to_pylist())).encode()
    elif path.suffix == ".duckdb":
        yield from texts_of(path)


def texts_of(path: Path) -> Iterator[bytes]:
    """Every text column of every table of a DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        for schema, table, columns in connection.execute(
            "select schema_name, table_name, list(column_name) from duckdb_columns()"
            " where database_name = current_database() and data_type = 'VARCHAR'"
            " group by all"
        ).fetchall():
            joined = ", ".join(
                f'string_agg(distinct "{column}", chr(10))' for column in columns
            )
            held = connection.execute(f'select {joined} from "{schema}"."{table}"')
            yield from ((each or "").encode() for each in held.fetchone())


def any_of(needles: Iterable[bytes]) -> str:
    """A pattern of RE2 that finds each of many needles in one pass over bytes."""
    spelt = {"".join(f"\\x{byte:02x}" for byte in needle) for needle in needles}
    return "|".join(sorted(spelt))


def found_in(files: list[Path], canaries: list[str]) -> list[tuple[str, str]]:
    """Which canary sits in which file."""
    needles = [(text, each) for text in canaries for each in disguises(text)]
    pattern = any_of(needle for _, needle in needles)
    found = []
    for path in files:
        held = pa.array(contents(path), pa.large_binary())
        hits = held.filter(pc.match_substring_regex(held, pattern))
        found += [
            (path.name, text)
            for content in hits.to_pylist()
            for text, needle in needles
            if needle in content
        ]
    return found


def files_below(*folders: Path) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def test_a_canary_is_found_where_it_is(
    warehouse: Build, tmp_path: Path, canaries: list[str]
) -> None:
    """The search itself: in the files as sent, and in each disguise."""
    sent = files_below(warehouse.landing / "pct_admissions")
    names = {name for name, _ in found_in(sent, ["Canaryfield"])}
    whole = {path.name for path in sent if path.suffix not in (".gz", ".duckdb")}
    assert len(names & whole) > 0.9 * len(whole)
    for text in canaries[:3]:
        for nth, shape in enumerate(
            (
                f"a {text} b".encode("utf-16"),
                *(base64.b64encode(b"x" * n + text.encode() + b"yy") for n in range(3)),
            )
        ):
            hidden = tmp_path / f"{nth}.bin"
            hidden.write_bytes(shape)
            assert found_in([hidden], [text]), (text, nth)
    held = tmp_path / "held.duckdb"
    with duckdb.connect(str(held)) as connection:
        connection.execute(
            "create table held as select 'Canaryfield ' || i as name"
            " from range(5000) as numbers (i)"
        )
    assert (held.name, "Canaryfield") in found_in([held], canaries)


def test_nothing_personal_left_landing_and_the_archive(
    warehouse: Build,
    published: Path,
    site: Path,
    exports: Path,
    data_docs: Path,
    tmp_path: Path,
    canaries: list[str],
) -> None:
    write_return_sheets(warehouse.warehouse, tmp_path / "returns")
    files = [
        *(
            path
            for path in files_below(warehouse.lake)
            if warehouse.lake / "archive" not in path.parents
        ),
        warehouse.warehouse,
        *files_below(published.parent, data_docs.parent, tmp_path),
        *files_below(PROJECT / "target", PROJECT / "logs"),
    ]
    seen = {path.suffix for path in files}
    assert {".parquet", ".duckdb", ".xlsx", ".html", ".csv", ".json", ".log"} <= seen
    assert len(files) > 1500
    assert found_in(files, canaries) == []


def test_no_file_is_published_by_its_name_as_sent(
    published: Path, site: Path, exports: Path
) -> None:
    """A name can hold a child's; nor is a folder of the machine named."""
    as_sent = re.compile(rb"__v\d+\.(csv|xlsx|parquet)|" + re.escape(bytes(PROJECT)))
    files = files_below(published.parent)
    assert len(files) > 300
    found = [
        (path.name, match.group())
        for path in files
        for content in contents(path)
        if (match := as_sent.search(content))
    ]
    assert found == []
