"""Targets beside hidden figures: what stands there, and what the audit sees."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from small_world import BOROUGHS, publish_into, richer

from bench.attacking.doors import told_by, try_doors
from lscb.disclosure.presets import preset
from lscb.publishing import hiding
from lscb.publishing.beside import told_beside
from lscb.publishing.publish import RefusedError

RULE = preset("hes_2008")
KEYS = "indicator_id, definition_version, area_code, period_id"
AHEAD = "2010-11Q1"
OF_FIGURE = ("indicator_value", "gap", "target_standing")
OF_COURSE = ("base_period_id", "course_period_id", "path_value", "course")

# A target for every borough's quarter, at 1.2 times the figure, and one for a quarter
# that lies ahead, set when the first quarter was over.
TARGETS = f"""
    create table mart.fct_targets as
    with cells as (
        select figures.*, start_date, end_date, period_type,
            1.2 * indicator_value as target_value
        from mart.fct_indicator_values as figures
        inner join mart.dim_periods using (period_id)
        where period_type = 'quarter'
            and area_code in {tuple(BOROUGHS)}
    )
    select {KEYS}, 'laa' as target_kind, 'LAA target' as kind_label,
        true as is_first_kind, period_id as period_label, period_type, start_date,
        end_date, target_value, 'at_most' as direction, 'GOL' as submitter,
        '2008-09' as set_period_id, 't1' as file_id, 2::bigint as line_number,
        indicator_value, indicator_value - target_value as gap,
        case when upper_limit <= target_value then 'met'
            when lower_limit > target_value then 'missed'
            else 'not_certain' end as target_standing,
        'interval' as standing_basis, null::varchar as standing_reason,
        null::varchar as base_period_id, null::varchar as course_period_id,
        null::double as path_value, null::varchar as course,
        'period_over' as course_reason
    from cells
    union all
    select base.indicator_id, base.definition_version, base.area_code, '{AHEAD}',
        'laa', 'LAA target', true, '{AHEAD}', 'quarter', date '2010-04-01',
        date '2010-06-30', 30, 'at_most', 'GOL', '2008-09', 't1', 3, null, null, null,
        'interval', 'period_ahead', base.period_id, later.period_id, path,
        case when later.upper_limit <= path then 'on_course'
            when later.lower_limit > path then 'off_course' else 'not_certain' end,
        null
    from cells as base
    inner join cells as later using (indicator_id, area_code)
    cross join (select date_diff('day', date '2008-06-30', date '2009-03-31')
        / date_diff('day', date '2008-06-30', date '2010-06-30') as gone)
    cross join lateral (
        select base.indicator_value + (30 - base.indicator_value) * gone as path)
    where base.period_id = '2008-09Q1' and later.period_id = '2008-09Q4'
"""
FILE = """
    insert into mart.fct_submissions by name
    select 't1' as file_id, 'targets' as extract, 'GOL' as submitter,
        '2008-09' as period_id, 1 as version, 'accepted' as status
"""


def with_targets(path: Path) -> Path:
    richer(path)
    with duckdb.connect(str(path)) as db:
        db.execute(TARGETS)
        db.execute(FILE)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_targets(tmp_path_factory.mktemp("targets") / "w.duckdb")


@pytest.fixture(scope="module")
def db(made: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the publication, to be changed and put back."""
    copy = made.with_name("copy.duckdb")
    shutil.copyfile(publish_into(made, made.parent / "published", RULE).file, copy)
    with duckdb.connect(str(copy)) as connection:
        yield connection


@pytest.fixture(scope="module")
def inside(made: Path) -> dict[tuple, dict]:
    """The targets of the warehouse."""
    with duckdb.connect(str(made), read_only=True) as connection:
        return rows(connection, "mart.fct_targets")


def hidden_cells(db: duckdb.DuckDBPyConnection) -> set[tuple]:
    return set(
        db.execute(
            f"select {KEYS} from mart.fct_indicator_values where value_status like"
            " 'suppressed%' or is_denominator_hidden"
        ).fetchall()
    )


def rows(db: duckdb.DuckDBPyConnection, table: str) -> dict[tuple, dict]:
    found = db.execute(f"select * from {table}")
    names = [column[0] for column in found.description]
    each = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {tuple(row[key] for key in KEYS.split(", ")): row for row in each}


def test_a_target_beside_a_hidden_figure_says_nothing_else(
    db: duckdb.DuckDBPyConnection, inside: dict[tuple, dict]
) -> None:
    hidden = hidden_cells(db)
    told = rows(db, "mart.fct_targets")
    assert set(told) == set(inside)
    beside = {key for key in told if key in hidden}
    assert beside and len(beside) < len(told) / 2
    for key, row in told.items():
        assert row["target_value"] == inside[key]["target_value"]
        assert row["submitter"] == "GOL"
        if key in hidden:
            assert [row[column] for column in OF_FIGURE] == [None] * 3
            assert row["standing_reason"] == "suppressed"
            assert row["standing_basis"] is None


def test_a_course_rests_on_no_hidden_figure(db: duckdb.DuckDBPyConnection) -> None:
    hidden = {key[0::2] for key in hidden_cells(db) if "Q" in key[3]}
    told = rows(db, "mart.fct_targets")
    ahead = {key: row for key, row in told.items() if key[3] == AHEAD}
    kept = [row for key, row in ahead.items() if key[0::2] not in hidden]
    gone = [row for key, row in ahead.items() if key[0::2] in hidden]
    assert kept and gone
    for row in gone:
        assert [row[column] for column in OF_COURSE] == [None] * 4
        assert row["course_reason"] == "suppressed"
    assert all(row["course"] is not None for row in kept)


def test_what_rests_on_nothing_hidden_stays(
    db: duckdb.DuckDBPyConnection, inside: dict[tuple, dict]
) -> None:
    hidden = {key[0::2] for key in hidden_cells(db)}
    told = rows(db, "mart.fct_targets")
    compared = [key for key in told if key[0::2] not in hidden]
    assert compared
    for key in compared:
        assert told[key] | {"file_id": None} == inside[key] | {"file_id": None}


def test_under_a_rule_that_rounds_nothing_is_held_against_a_target(
    made: Path, tmp_path: Path
) -> None:
    file = publish_into(made, tmp_path / "p", preset("dfe")).file
    with duckdb.connect(str(file), read_only=True) as db:
        told = rows(db, "mart.fct_targets")
        assert told_beside(db) == {}
    for row in told.values():
        assert [row[each] for each in (*OF_FIGURE, *OF_COURSE)] == [None] * 7
    assert {row["standing_reason"] for row in told.values()} >= {"rounded"}


@contextmanager
def changed(db: duckdb.DuckDBPyConnection, statement: str) -> Iterator[None]:
    db.execute("begin")
    try:
        (number,) = db.execute(statement).fetchone()
        assert number, statement
        yield
    finally:
        db.execute("rollback")


def test_the_audit_is_silent_of_what_is_published(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert told_beside(db) == {}


@pytest.mark.parametrize(
    "opening",
    [
        "gap = -1 where standing_reason = 'suppressed'",
        "target_standing = 'met' where standing_reason = 'suppressed'",
        "base_period_id = '2008-09Q1', course = 'on_course'"
        " where course_reason = 'suppressed'",
    ],
)
def test_an_outsider_reads_what_is_held_against_a_target(
    opening: str, db: duckdb.DuckDBPyConnection, made: Path, tmp_path: Path
) -> None:
    published = next((made.parent / "published").rglob("lscb.duckdb"))
    assert "targets" not in told_by(try_doors(published))
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(published, copy)
    with duckdb.connect(str(copy)) as opened:
        opened.execute(f"update mart.fct_targets set {opening}")
    assert told_by(try_doors(copy))["targets"]


BESIDE = "standing_reason = 'suppressed'"
SHOWN = "gap is not null"


@pytest.mark.parametrize(
    ("column", "value", "where", "name"),
    [
        ("gap", "-1", BESIDE, "a target held against a hidden figure"),
        ("indicator_value", "4", BESIDE, "a target held against a hidden figure"),
        ("target_standing", "'met'", BESIDE, "a target held against a hidden figure"),
        ("standing_reason", "'partial'", BESIDE,
         "a target held against a hidden figure"),
        ("gap", "gap + 0.01", SHOWN, "a gap that no shown figure has"),
        ("indicator_value", "indicator_value - 0.01", SHOWN,
         "a gap that no shown figure has"),
        ("target_standing", "'missed'", SHOWN,
         "a standing that no shown interval gives"),
        ("course", "'on_course'", "course_reason = 'suppressed'",
         "a course that rests on a hidden figure"),
        ("path_value", "7", "course_reason = 'suppressed'",
         "a course that rests on a hidden figure"),
        ("base_period_id", "'2008-09Q1'", "course_reason = 'suppressed'",
         "a course that rests on a hidden figure"),
        ("course_reason", "'no_base'", "course_reason = 'suppressed'",
         "a course that rests on a hidden figure"),
        ("path_value", "path_value + 0.1", "path_value is not null",
         "a course that no shown figures give"),
        ("course",
         "case course when 'off_course' then 'on_course' else 'off_course' end",
         "course is not null", "a course that no shown figures give"),
    ],
)  # fmt: skip
def test_the_audit_names_what_does_not_follow(
    column: str, value: str, where: str, name: str, db: duckdb.DuckDBPyConnection
) -> None:
    put = f"update mart.fct_targets set {column} = {value} where {where}"
    with changed(db, put):
        assert name in told_beside(db)


@pytest.mark.parametrize("column", [*OF_FIGURE, *OF_COURSE, "course_reason"])
def test_a_publication_that_forgets_one_column_is_refused(
    column: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thinner = {key: value for key, value in hiding.RESTING.items() if key != column}
    monkeypatch.setattr(hiding, "RESTING", thinner)
    with pytest.raises(RefusedError, match="hidden figure"):
        publish_into(made, tmp_path / "p", RULE)
