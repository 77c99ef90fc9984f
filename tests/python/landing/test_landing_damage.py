"""Whatever happens to a file on its way, no row is loaded that nobody sent."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_help import LADO, LADO_HEADER, lado_row, lado_text

from lscb.landing.checking import Engine, FileCheck, Outcome
from lscb.landing.names import read_name
from lscb.landing.reference import Reference
from lscb.landing.refusals import Refused
from lscb.landing.text_files import open_text

OUTCOMES = ["malicious", "unfounded", "", "substantiated"] * 2
ROWS = [
    lado_row(f"key{number}", f"2008-0{4 + number % 3}-1{number}", outcome=outcome)
    for number, outcome in enumerate(OUTCOMES)
]
SOUND = lado_text(*ROWS).encode()
PIECES = st.sampled_from(
    [
        *(b"", b'"', b",", b"\n", b"\r", b"\r\n", b";", b" ", b"\n\n", b'","', b'"\n'),
        *(b"\0", b"\x81", b"\xe9", b"\xff\xfe", b"\xef\xbb\xbf"),
        *(b"1", b"Referral", b"key1"),
    ]
)
EDITS = st.lists(
    st.tuples(st.integers(0, len(SOUND)), st.integers(0, 40), PIECES),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(tmp_path_factory.mktemp("engine"))
    yield engine
    engine.close()


def check(
    engine: Engine, reference: Reference, folder: Path, content: bytes
) -> tuple[Outcome, list[tuple[object, ...]]]:
    """Read a LADO file; give its counts and the records that were loaded."""
    path = folder / LADO
    path.write_bytes(content)
    claim = read_name(f"lado_referrals/{LADO}", reference)
    extract = reference.extracts["lado_referrals"]
    source = open_text(path, False, extract, frozenset())
    file_check = FileCheck(engine, reference, claim, source)
    (outcome,) = file_check.run()
    if not isinstance(outcome, Outcome):
        raise outcome
    if outcome.refused is not None:
        raise outcome.refused
    file_check.write_records(folder / "records.parquet", "x")
    columns = "line_number, referral_id, referral_date, contact_type, outcome"
    with duckdb.connect() as connection:
        records = connection.execute(
            f"select {columns} from read_parquet('{folder / 'records.parquet'}')"
            " where record_state = 'accepted'"
        ).fetchall()
    return outcome, records


def sent(content: bytes) -> dict[int, tuple[object, ...]]:
    """What each line says when it is read by itself: the second road."""
    text = content.removeprefix(b"\xef\xbb\xbf").decode("cp1252", "replace")
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        fields = next(csv.reader(io.StringIO(line.replace("\r", ""))), [])
        fields = [field.strip() for field in fields]
        if len(fields) >= 11:
            found[number] = (fields[0], fields[1], fields[2].lower(), fields[10])
    return found


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(edits=EDITS)
def test_damage_never_loads_a_row_that_nobody_sent(
    engine: Engine, reference: Reference, tmp_path: Path, edits: list
) -> None:
    content = SOUND
    for place, length, piece in edits:
        content = content[:place] + piece + content[place + length :]
    try:
        outcome, records = check(engine, reference, tmp_path, content)
    except Refused as refused:
        assert reference.sentence(refused.code, refused.details).endswith(".")
        return
    parts = (
        outcome.rows_accepted,
        outcome.rows_set_aside,
        outcome.rows_duplicate,
        outcome.rows_passed_over,
    )
    assert outcome.lines_read == sum(parts)
    assert outcome.rows_accepted == len(records)
    said = sent(content)
    whole = {tuple(row.split(",")[:3]) for row in ROWS}
    for line, key, day, contact, outcome_text in records:
        assert contact == "referral"
        assert date(2008, 4, 1) <= day <= date(2008, 6, 30)
        if '"' not in content.decode("cp1252", "replace"):
            assert (key, contact) == (said[line][0], said[line][2])
            assert outcome_text in (None, said[line][3].lower())
        elif (key, day.isoformat(), "Referral") not in whole:
            # A row that was damaged itself: what was loaded stands in the file.
            assert str(key).encode("cp1252", "replace") in content


def test_the_undamaged_file_is_loaded_as_sent(
    engine: Engine, reference: Reference, tmp_path: Path
) -> None:
    outcome, records = check(engine, reference, tmp_path, SOUND)
    assert outcome.rows_accepted == len(ROWS)
    expected = [row.split(",") for row in ROWS]
    assert [(key, day.isoformat(), end or "") for _, key, day, _, end in records] == [
        (row[0], row[1], row[10]) for row in expected
    ]
    assert SOUND.startswith(LADO_HEADER.encode())


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(length=st.integers(0, len(SOUND)))
def test_a_file_cut_off_anywhere_loads_whole_rows_alone(
    engine: Engine, reference: Reference, tmp_path: Path, length: int
) -> None:
    try:
        _, records = check(engine, reference, tmp_path, SOUND[:length])
    except Refused:
        return
    for line, key, day, _, end in records:
        row = ROWS[line - 2].split(",")
        cut = SOUND[:length].count(b"\n") < line
        assert (key, day.isoformat()) == (row[0], row[1])
        assert (end or "") == row[10] or cut
