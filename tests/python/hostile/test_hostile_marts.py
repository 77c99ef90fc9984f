"""The corpus, built: the marts agree with the ledger, and hold nothing they must not.

One build for all. What follows from other files (which version stands, who claims a
block twice) is worked out there, and so is tested here.
"""

from collections.abc import Iterator

import duckdb
import pytest

from bench.template import Template
from build_help import PROJECT, Build, build_from, hold
from hostile.building import Case
from hostile.conftest import Landed
from hostile.corpus import CASES, TWINS

pytestmark = pytest.mark.long

COUNTS = "lines_read rows_accepted rows_set_aside rows_duplicate rows_passed_over"

#: Values that were sent, and that no mart may hold, in any column of any table.
FORBIDDEN = [
    "=1+1",
    "=HYPERLINK",
    "Zebedee",
    "A Person",
    "a circus, touring",
    "#N/A",
    "#DIV/0!",
    "1 .4",
    "1,23",
    "7008",
    "6.2449999999999999E-2 ",
    "31/02/2008",
    "05/31/2008",
    "local authoritee",
    "suitability",
    "child\u2019s",
    "caf\u00e9",
    "root:",
]


@pytest.fixture(scope="module")
def marts(
    landed: Landed,
    template: Template,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of the corpus, built on the lake that is there.

    Nothing is written beside landing and lake, where the tests of the files look for
    what a hostile file may have written. The tests of the submissions hold in it: bad
    files must not stop a build.
    """
    built: Build = build_from(
        template,
        landed.settings.landing,
        tmp_path_factory.mktemp("marts"),
        lake=landed.settings.lake,
    )
    names = {file.stem for file in (PROJECT / "tests/data/submissions").glob("*.sql")}
    asked = [each for each in template.invariants if each.name in names]
    assert len(asked) == len(names) > 0
    hold(built.warehouse, asked)
    yield built.marts
    built.marts.close()


@pytest.fixture(scope="module")
def submissions(marts: duckdb.DuckDBPyConnection) -> dict[str, dict]:
    """The mart's row of each file, by its path."""
    rows = marts.sql("from mart.fct_submissions").to_arrow_table().to_pylist()
    return {row["relative_path"]: row for row in rows}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_its_status_and_counts(case: Case, submissions):
    file = submissions[case.path]
    assert file["status"] in case.status.split("|")
    counts = [file[name] for name in COUNTS.split()]
    if file["status"] in ("refused", "duplicate"):
        assert counts == [None] * 5
    else:
        assert counts == [
            case.read,
            case.accepted,
            case.set_aside,
            case.duplicate,
            case.passed_over,
        ]
    if file["status"] == "refused":
        assert file["reason"]
        assert file["reason_code"] in (case.refused or {"two_files_one_version"})


def test_of_twins_one_counts(submissions):
    for twins in TWINS:
        statuses = sorted(submissions[path]["status"] for path in twins)
        assert statuses == ["accepted", "duplicate"]


def test_the_marts_agree_with_the_ledger(marts, landed):
    """Every file is in the marts once, and every fault, of refused files too."""
    folder = landed.settings.lake / "ledger"
    disagreeing = marts.execute(
        """
        select files.relative_path
        from read_parquet($files) as files
        full join mart.fct_submissions as submissions using (file_id)
        where
            files.file_id is null
            or submissions.file_id is null
            or (
                submissions.status in ('accepted', 'superseded')
                and (files.lines_read, files.rows_set_aside)
                <> (submissions.lines_read, submissions.rows_set_aside)
            )
        """,
        {"files": str(folder / "files.parquet")},
    ).fetchall()
    assert disagreeing == []
    (kept, told) = marts.execute(
        """
        select
            (select count(*) from read_parquet($aside) as aside
            inner join mart.fct_submissions as submissions
            on aside.file_id = submissions.file_id
            and submissions.status <> 'duplicate'),
            (select count(*) from mart.fct_set_aside)
        """,
        {"aside": str(folder / "set_aside.parquet")},
    ).fetchone()
    assert kept == told > 0


def test_every_fault_has_its_sentences(marts):
    gaps = marts.sql(
        "select * from mart.fct_set_aside where coalesce(message, '') = ''"
        " or coalesce(what_to_do, '') = ''"
    ).fetchall()
    assert gaps == []


@pytest.fixture(scope="module")
def told(marts: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Every text of the marts in lower case, by its table and column."""
    columns = marts.sql(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where data_type = 'VARCHAR' and table_schema = 'mart'"
        " and column_name not in ('file_id', 'sha256', 'flag_id')"
    ).fetchall()
    return {
        f"{table}.{column}": {
            text
            for (text,) in marts.execute(
                f'select distinct lower("{column}") from "{schema}"."{table}"'
                f' where "{column}" is not null'
            ).fetchall()
        }
        for schema, table, column in columns
    }


@pytest.mark.parametrize("text", FORBIDDEN)
def test_no_value_of_a_sender_is_in_a_mart(text: str, told: dict[str, set[str]]):
    """Reported are file, line, column and reason; never the value."""
    found = [
        place
        for place, texts in told.items()
        if any(text.lower() in each for each in texts)
    ]
    assert found == []


def test_an_unknown_pct_of_residence_is_no_guess(marts):
    """A code that could not be read must not fall back to the submitter's borough."""
    areas = marts.sql(
        "select distinct area_code from intermediate.int_pct__admissions_flagged"
        " inner join staging.stg_pct__admissions using (file_id, line_number)"
        " where values_set_aside = 'respct'"
    ).fetchall()
    assert areas == [("UNALLOCATED",)]
