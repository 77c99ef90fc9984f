"""One clean file in many dresses: what is accepted depends on the contents alone."""

import datetime as dt
import itertools
import random
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostile.building import (
    admission,
    cells_of,
    columns_of,
    gz,
    header_of,
    parquet,
    table,
    workbook,
)
from lscb.landing import Settings, land

ROWS = [
    admission(
        f"K{n:03d}",
        startage=str((7003, 0, 5, 19)[n % 4]),
        admidate=f"2008-0{4 + n % 3}-{1 + n % 30:02d}",
        epiorder=str(1 + n % 2),
        admimeth=("21", "2A", "11")[n % 3],
        diag_01=("T40.1", "S720", "x65X")[n % 3],
        diag_02=("", "F10.1")[n % 2],
        resladst=("00AB", "38UB", "")[n % 3],
        patient_name=("Ren\u00e9e, \u201cthe quiet\u201d", "O\u2019Hara; M|N", 'a "b"')[
            n % 3
        ],
    )
    for n in range(24)
]
COLUMNS = header_of(ROWS)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
KINDS = ("csv", "csv.gz", "xlsx", "parquet")


def content_of(
    rows: list[dict], kind: str, delimiter: str, encoding: str, end: str
) -> bytes:
    """The rows in one dress."""
    if kind == "xlsx":
        return workbook(("pct_admissions", cells_of(rows)))
    if kind == "parquet":
        return parquet(columns_of(rows))
    text = table(rows, delimiter, end).encode(encoding)
    return gz(text) if kind == "csv.gz" else text


def accepted(folder: Path, files: dict[str, bytes]) -> dict[str, list[tuple]]:
    """What is accepted of each file, without the places where it stood."""
    run = Settings(landing=folder / "landing", lake=folder / "lake")
    (run.landing / "pct_admissions").mkdir(parents=True)
    for name, content in files.items():
        (run.landing / "pct_admissions" / name).write_bytes(content)
    result = land(["pct_admissions"], run, lambda line: None)
    found = {}
    for entry in result.read:
        assert entry.refusal_code is None, (entry.file_name, entry.refusal_reason)
        path = run.lake / "extracts" / "pct_admissions" / f"{entry.file_id}.parquet"
        found[entry.file_name] = sorted(
            duckdb.read_parquet(str(path))
            .project("* exclude (file_id, line_number)")
            .fetchall(),
            key=repr,
        )
    return found


def name_of(version: int, kind: str) -> str:
    """A version of one block."""
    return f"pct_admissions__5C2__2008-09Q1__v{version}.{kind}"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[tuple]:
    """What is accepted of the rows as they stand here."""
    content = table(ROWS).encode()
    (rows,) = accepted(
        tmp_path_factory.mktemp("plain"), {name_of(1, "csv"): content}
    ).values()
    assert len(rows) == len(ROWS)
    return rows


def test_every_dress_gives_the_same_rows(plain, tmp_path):
    """All kinds, delimiters, encodings, line ends; rows and columns shuffled."""
    dice = random.Random(2008)
    dresses = [
        ("csv", *dress)
        for dress in itertools.product(",;\t|", ENCODINGS, ("\n", "\r\n"))
    ]
    dresses += [(kind, ";", "utf-8", "\n") for kind in KINDS[1:] for _ in range(2)]
    files = {}
    for version, (kind, *dress) in enumerate(dresses, 1):
        columns = dice.sample(COLUMNS, len(COLUMNS))
        rows = [{name: row[name] for name in columns} for row in ROWS]
        dice.shuffle(rows)
        files[name_of(version, kind)] = content_of(rows, kind, *dress)
    found = accepted(tmp_path, files)
    assert len(found) == len(dresses) == 38
    for name, rows in found.items():
        assert rows == plain, name


def test_typed_cells_give_the_same_rows(plain, tmp_path):
    """Dates and whole numbers as a workbook or Parquet stores them."""
    typed = [
        row
        | {
            "admidate": dt.date.fromisoformat(str(row["admidate"])),
            "startage": int(str(row["startage"])),
            "epiorder": int(str(row["epiorder"])),
        }
        for row in ROWS
    ]
    columns = columns_of(typed)
    columns["admidate"] = pa.array(columns["admidate"]).cast(pa.timestamp("ms"))
    columns["startage"] = pa.array(columns["startage"], pa.float64())
    found = accepted(
        tmp_path,
        {
            name_of(1, "xlsx"): workbook(("pct_admissions", cells_of(typed))),
            name_of(2, "parquet"): parquet(columns),
        },
    )
    assert list(found.values()) == [plain, plain]


FIELD = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]),
    max_size=12,
)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(fields=st.lists(st.tuples(FIELD, FIELD), min_size=1, max_size=20))
def test_any_text_has_one_fate_a_record(fields, tmp_path_factory):
    """Whatever stands in a key and a note, each record is counted once."""
    rows = [
        admission(key, sex=sex, note="x") for key, sex in [*fields, ("sure", "1")]
    ] + [admission(f"sure {n}", note="x") for n in range(len(fields) + 1)]
    folder = tmp_path_factory.mktemp("text")
    run = Settings(landing=folder / "landing", lake=folder / "lake")
    (run.landing / "pct_admissions").mkdir(parents=True)
    path = run.landing / "pct_admissions" / name_of(1, "csv")
    path.write_bytes(table(rows).encode())
    (entry,) = land(["pct_admissions"], run, lambda line: None).read
    assert entry.refusal_code is None, entry.refusal_reason
    assert entry.lines_read == len(rows)
    assert entry.lines_read == (
        entry.rows_accepted
        + entry.rows_set_aside
        + entry.rows_duplicate
        + entry.rows_passed_over
    )
