"""Bad input, judged against the contract: nothing lost, nothing loaded wrongly.

What must come of each file was worked out from the contract, not from what landing
does. A case compares the file's fate, how many records shared each fate, every line and
value set aside with its reason, and what the accepted records hold.
"""

import duckdb
import pytest

from hostile.building import Aside, Case
from hostile.conftest import Landed
from hostile.corpus import CASES, NAME_OF_BYTES, PASSED_BY

NAMED = [pytest.param(case, id=case.name) for case in CASES]
COUNTS = ["rows_accepted", "rows_set_aside", "rows_duplicate", "rows_passed_over"]


@pytest.fixture(scope="module")
def files(landed: Landed) -> dict[str, dict]:
    """The ledger's row of each file, by its path."""
    return {row["relative_path"]: row for row in ledger(landed, "files")}


@pytest.fixture(scope="module")
def set_aside(landed: Landed) -> dict[str, set[Aside]]:
    """What was set aside, by file."""
    found: dict[str, set[Aside]] = {}
    for row in ledger(landed, "set_aside"):
        found.setdefault(row["file_id"], set()).add(
            Aside(
                row["line_number"],
                row["column_name"],
                row["reason_code"],
                row["level"],
            )
        )
    return found


@pytest.fixture(scope="module")
def notices(landed: Landed) -> dict[str, set[tuple[str, str | None]]]:
    """What was remarked, by file."""
    found: dict[str, set[tuple[str, str | None]]] = {}
    for row in ledger(landed, "notices"):
        found.setdefault(row["file_id"], set()).add(
            (row["notice_code"], row["column_name"])
        )
    return found


def ledger(landed: Landed, table: str) -> list[dict]:
    """The rows of one table of the ledger."""
    return rows_of(landed.settings.lake / "ledger" / f"{table}.parquet")


def rows_of(path) -> list[dict]:
    """The rows of a Parquet file."""
    return duckdb.read_parquet(str(path)).to_arrow_table().to_pylist()


def accepted_rows(landed: Landed, file: dict) -> list[dict]:
    """What the lake holds of a file, but for records set aside."""
    folder = landed.settings.lake / "extracts" / file["extract"]
    path = folder / f"{file['file_id']}.parquet"
    return [row for row in rows_of(path) if row["record_state"] == "accepted"]


def test_at_least_ninety_files_and_all_nine_extracts():
    assert len(CASES) >= 90
    assert len({case.path for case in CASES}) == len(CASES)
    folders = {case.path.split("/")[0] for case in CASES if not case.refused}
    assert len(folders) == 9


def test_no_file_is_left_out_and_none_invented(files):
    odd = {path for path in files if "Caf" in path}
    assert set(files) - odd == {case.path for case in CASES}
    assert not set(files) & set(PASSED_BY)


def test_a_name_that_is_no_utf8_is_refused_and_told(files):
    (path,) = (path for path in files if "Caf" in path)
    assert files[path]["refusal_code"] is not None
    assert path != NAME_OF_BYTES.decode("latin-1")


@pytest.mark.parametrize("case", NAMED)
def test_its_fate(case: Case, files):
    file = files[case.path]
    if case.refused:
        assert file["refusal_code"] in case.refused
        assert file["refusal_reason"]
    else:
        assert file["refusal_code"] is None, file["refusal_reason"]


@pytest.mark.parametrize("case", [p for p in NAMED if not p.values[0].refused])
def test_every_line_has_one_fate(case: Case, files):
    file = files[case.path]
    if file["duplicate_of"] is not None:
        assert "duplicate" in case.status
        assert [file[name] for name in ("lines_read", *COUNTS)] == [None] * 5
        return
    assert file["lines_read"] == sum(file[name] for name in COUNTS)
    assert (file["lines_read"], *(file[name] for name in COUNTS)) == (
        case.read,
        case.accepted,
        case.set_aside,
        case.duplicate,
        case.passed_over,
    )


@pytest.mark.parametrize("case", [p for p in NAMED if not p.values[0].refused])
def test_each_fault_is_told_by_line_and_column(case: Case, files, set_aside):
    found = set_aside.get(files[case.path]["file_id"], set())
    assert found == set(case.aside)


@pytest.mark.parametrize("case", [p for p in NAMED if p.values[0].rows is not None])
def test_what_the_accepted_records_hold(case: Case, files, landed):
    rows = accepted_rows(landed, files[case.path]) if not case.refused else []
    by_line = {row["line_number"]: row for row in rows}
    assert len(by_line) == len(rows)
    assert set(by_line) == set(case.rows)
    read = {
        line: {column: by_line[line][column] for column in expected}
        for line, expected in case.rows.items()
    }
    assert read == {line: dict(expected) for line, expected in case.rows.items()}


@pytest.mark.parametrize("case", [p for p in NAMED if p.values[0].notices])
def test_what_is_remarked(case: Case, files, notices):
    assert set(case.notices) <= notices[files[case.path]["file_id"]]


def test_months_of_crime_have_each_their_row(files, landed):
    """The wide table becomes long: a blank, a mark and a fault are three things."""
    (case,) = (c for c in CASES if c.name.startswith("crime of 2008"))
    rows = {
        (row["line_number"], f"{row['month_start_date']:%Y%m}"): (
            row["area_code"],
            row["offences"],
            row["offences_mark"],
        )
        for row in accepted_rows(landed, files[case.path])
    }
    barnet, camden = "E09000003", "E09000007"
    assert rows == {
        (2, "200707"): (barnet, 1234.0, None),
        (2, "200708"): (barnet, 0.0, None),
        (3, "200707"): ("UNALLOCATED", 5.0, None),
        (3, "200708"): ("UNALLOCATED", 6.0, None),
        (7, "200707"): (barnet, None, None),
        (7, "200708"): (barnet, 7.0, None),
        (8, "200707"): (barnet, None, "n/a"),
        (8, "200708"): (barnet, 8.0, None),
        (9, "200707"): (barnet, None, None),
        (9, "200708"): (barnet, 8.0, None),
        (14, "200707"): (camden, 1.0, None),
        (14, "200708"): (camden, 2.0, None),
        # The contract names the City in files of the MPS; these are its counts too.
        (16, "200707"): ("UNALLOCATED", 3.0, None),
        (16, "200708"): ("UNALLOCATED", 4.0, None),
        (17, "200707"): ("E09000012", 1.0, None),
        (17, "200708"): ("E09000012", 2.0, None),
    }


def test_nothing_was_executed_or_written_elsewhere(landed):
    beside = {path.name for path in landed.settings.landing.parent.iterdir()}
    assert beside == {"landing", "lake"}
    names = {path.name for path in landed.settings.lake.rglob("*")}
    assert not names & {"hurt", "hurt.txt"}


def test_the_bytes_as_sent_are_in_the_archive(files, landed):
    """Every file that was read, refused or not, can be gone back to."""
    archive = {path.name for path in (landed.settings.lake / "archive").rglob("*")}
    read = {file["sha256"] for file in files.values() if file["is_readable"]}
    assert read <= archive
