"""The audit, line by line: each figure that tells, put into a clean publication alone.

A publication in which nothing is told is changed in one place, as hiding would leave it
if it forgot one column of one kind of hidden cell. The audit must name it. Beside each
stands what looks alike and tells nothing, of which it must say nothing.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest
from small_world import (
    CHANGE_COLUMNS,
    INNER,
    LONDON,
    TREND_COLUMNS,
    publish_into,
    richer,
)

from lscb.disclosure.presets import preset
from lscb.publishing.beside import told_beside

RULE = preset("hes_2008")

KEYS = "(indicator_id, definition_version, area_code, period_id)"
VALUES, COMPARED = "mart.fct_indicator_values", "mart.fct_comparisons"

# The kinds of hidden cell: small itself, hidden for another, or by its denominator.
HIDDEN = {
    "small": "value_status = 'suppressed' and not is_denominator_hidden",
    "other": "value_status = 'suppressed_secondary' and not is_denominator_hidden",
    "base": "is_denominator_hidden and value_status = 'suppressed_secondary'",
}
BOROUGH = " and area_code like 'E09%'"


@pytest.fixture(scope="module")
def db(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of a publication of the small world, to be changed and put back."""
    home = tmp_path_factory.mktemp("audit")
    made = richer(home / "w.duckdb")
    copy = home / "copy.duckdb"
    shutil.copyfile(publish_into(made, home / "published", RULE).file, copy)
    with duckdb.connect(str(copy)) as connection:
        # A cell whose denominator alone is hidden says so by nothing else.
        (number,) = connection.execute(
            f"select count(*) from {VALUES} where is_denominator_hidden"
        ).fetchone()
        assert number
        yield connection


@contextmanager
def changed(db: duckdb.DuckDBPyConnection, *statements: str) -> Iterator[None]:
    """The copy with some changes, and then as it was."""
    db.execute("begin")
    try:
        for statement in statements:
            (rows,) = db.execute(statement).fetchone()
            assert rows, statement
        yield
    finally:
        db.execute("rollback")


def told(db: duckdb.DuckDBPyConnection, *statements: str) -> set[str]:
    """What the audit names after some changes."""
    with changed(db, *statements):
        return set(told_beside(db))


def one_of(kind: str, more: str = BOROUGH) -> str:
    """A condition on the keys of one cell of a kind."""
    return (
        f"{KEYS} = (select {KEYS} from {VALUES} where {HIDDEN[kind]}{more}"
        " order by all limit 1)"
    )


SHOWN = f"{KEYS} in (select {KEYS} from {VALUES} where value_status = 'reported')"

OF_VALUES = {
    "a value or limit of a hidden cell": (
        *("indicator_value", "lower_limit", "upper_limit"),
        *("lower_limit_998", "upper_limit_998"),
    ),
    "the method of a hidden cell's limits": ("interval_method",),
    "bounds of a hidden cell": ("numerator_low", "numerator_high"),
    "the records set aside beside a hidden cell": ("records_set_aside",),
}


def test_nothing_is_told_before(db: duckdb.DuckDBPyConnection) -> None:
    assert told_beside(db) == {}


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize(
    ("name", "column"),
    [(name, column) for name, columns in OF_VALUES.items() for column in columns],
)
def test_a_column_of_a_hidden_value(
    name: str, column: str, kind: str, db: duckdb.DuckDBPyConnection
) -> None:
    value = "'wilson'" if column == "interval_method" else "7"
    found = told(db, f"update {VALUES} set {column} = {value} where {one_of(kind)}")
    assert found == {name}


@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_small_count(count: int, db: duckdb.DuckDBPyConnection) -> None:
    put = f"update {VALUES} set numerator = {{}} where {one_of('other')}"
    assert told(db, put.format(count)) == {"a small count"}
    assert told(db, put.format(0)) == told(db, put.format(6)) == set()


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize(
    "column",
    [
        *("rank", "benchmark_95", "benchmark_998", "funnel_position", "trend"),
        *CHANGE_COLUMNS,
    ],
)
def test_a_comparison_of_a_hidden_cell(
    column: str, kind: str, db: duckdb.DuckDBPyConnection
) -> None:
    value = "'1'" if column in ("rank", *CHANGE_COLUMNS) else "'x'"
    first = f"{BOROUGH} and period_id = '2008-09Q1'"
    with_any = db.execute(
        f"select count(*) from {VALUES} where {HIDDEN[kind]}{first}"
    ).fetchone()[0]
    which = one_of(kind, first if with_any else BOROUGH)
    found = told(db, f"update {COMPARED} set {column} = {value} where {which}")
    assert "a comparison of a hidden cell" in found


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize(
    ("area", "column"), [(LONDON, "london_value"), (INNER, "inner_outer_value")]
)
def test_the_figure_of_a_hidden_total(
    area: str, column: str, kind: str, db: duckdb.DuckDBPyConnection
) -> None:
    status = "suppressed" if kind == "small" else "suppressed_secondary"
    where = (
        f"area_code = '{area}' and indicator_id = 'SG10' and period_id = '2008-09Q4'"
    )
    hide = (
        f"update {VALUES} set value_status = '{status}', numerator = null,"
        " indicator_value = null, lower_limit = null, upper_limit = null,"
        " lower_limit_998 = null, upper_limit_998 = null, interval_method = null,"
        f" records_set_aside = null, is_denominator_hidden = {kind == 'base'}"
        f" where {where}"
    )
    of_the_period = "indicator_id = 'SG10' and period_id = '2008-09Q4'"
    below = "select area_code from mart.dim_areas where '{}' in"
    below += " (parent_area_code, region_area_code)"
    others = f"{of_the_period} and area_code in ({below.format(area)})"
    empty = f"update {COMPARED} set {column} = null where {others}"
    drop = (
        "delete from mart.fct_quality_flags where indicator_id = 'SG10'"
        f" and (area_code = '{area}' or period_id = '2008-09Q4')"
    )
    name = "the figure of a hidden total"
    assert name not in told(db, hide, empty)
    assert name in told(db, hide)
    with changed(db, hide, empty):
        db.execute(drop.replace("delete", "delete"))
        assert name not in told_beside(db)
    put = (
        f"update {COMPARED} set {column} = 9 where {others} and area_code = 'E09000007'"
    )
    assert name in told(db, hide, empty, put)


@pytest.mark.parametrize("column", ["previous_value", *CHANGE_COLUMNS])
@pytest.mark.parametrize("kind", HIDDEN)
def test_the_previous_figure_of_a_hidden_cell(
    column: str, kind: str, db: duckdb.DuckDBPyConnection
) -> None:
    """In the quarter after one that is hidden, and in no other."""
    name = "the previous figure of a hidden cell"
    quarters = ("2008-09Q1", "2008-09Q2", "2008-09Q3", "2008-09Q4")
    rows = db.execute(
        f"select indicator_id, area_code, period_id, {HIDDEN[kind]} as is_it,"
        " value_status like 'suppressed%' or is_denominator_hidden as is_hidden"
        f" from {VALUES} where area_code like 'E09%' order by all"
    ).fetchall()
    cells = {(code, area, period): (it, any_) for code, area, period, it, any_ in rows}
    after = [
        (code, area, quarters[quarters.index(period) + 1])
        for (code, area, period), (is_it, _) in cells.items()
        if is_it and period in quarters[:3]
    ]
    shown_before = [
        (code, area, quarters[quarters.index(period) + 1])
        for (code, area, period), (_, is_hidden) in cells.items()
        if not is_hidden and period in quarters[:3]
    ]
    assert after and shown_before
    put = f"update {COMPARED} set {column} = '1' where (indicator_id, area_code,"
    put += " period_id) = {}"
    assert name in told(db, put.format(after[0]))
    assert name not in told(db, put.format(shown_before[0]))


@pytest.mark.parametrize("column", TREND_COLUMNS)
@pytest.mark.parametrize("kind", HIDDEN)
def test_a_trend_through_a_hidden_cell(
    column: str, kind: str, db: duckdb.DuckDBPyConnection
) -> None:
    """In each quarter from one that is hidden on, and in no series without one."""
    name = "a trend through a hidden cell"
    series = "select indicator_id, area_code from mart.fct_indicator_values"
    series += " where area_code like 'E09%' and period_id <> '2008-09'"
    hidden = "value_status like 'suppressed%' or is_denominator_hidden"
    put = f"update {COMPARED} set {column} = '1' where (indicator_id, area_code) in"
    put += f" ({series} {{}}) and period_id = '2008-09Q4'"
    with_one = put.format(f"and {HIDDEN[kind]}")
    without = put.format(f"group by all having not bool_or({hidden})")
    assert name in told(db, with_one)
    assert name not in told(db, without)


def test_the_digest_of_a_file(db: duckdb.DuckDBPyConnection) -> None:
    name = "the digest of a file that can be guessed"
    one = "file_id = (select min(file_id) from mart.fct_submissions)"
    put = f"update mart.fct_submissions set sha256 = 'x' where {one}"
    public = f"update mart.fct_submissions set extract = 'ees_statistics' where {one}"
    refused = f"update mart.fct_submissions set status = 'refused' where {one}"
    unknown = f"update mart.fct_submissions set extract = null where {one}"
    assert name in told(db, put)
    assert name not in told(db, put, public)
    assert name in told(db, put, public, refused)
    assert name in told(db, put, unknown)


@pytest.mark.parametrize("kind", ["small", "other"])
@pytest.mark.parametrize(
    "column", ["numerator_rows", "denominator_rows", "first_line", "last_line"]
)
def test_lines_behind_a_hidden_cell(
    column: str, kind: str, db: duckdb.DuckDBPyConnection
) -> None:
    cited = " and indicator_id = 'SG12'"
    found = told(
        db,
        f"update mart.fct_lineage set {column} = 3"
        f" where {one_of(kind, BOROUGH + cited)}",
    )
    assert found == {"the number of lines behind a hidden cell"}


# A file behind a hidden cell, and one behind none.
CITED = (
    "select distinct file_id from mart.fct_lineage inner join"
    f" (select * from {VALUES} where {{}}) using (indicator_id, definition_version,"
    " area_code, period_id)"
)
IS_HIDDEN = "(value_status like 'suppressed%' or is_denominator_hidden)"
BEHIND = f"file_id = (select min(file_id) from ({CITED.format(IS_HIDDEN)}))"
NOT_BEHIND = (
    "file_id = (select min(file_id) from mart.fct_submissions"
    " where period_id = '2008-09Q4' and status = 'accepted')"
)


@pytest.mark.parametrize(
    "column",
    ["lines_read", "rows_accepted", "rows_set_aside", "rows_duplicate",
     "rows_passed_over"],
)  # fmt: skip
def test_lines_of_a_file(column: str, db: duckdb.DuckDBPyConnection) -> None:
    put = f"update mart.fct_submissions set {column} = 0 where "
    name = "the number of lines of a file behind a hidden cell"
    assert told(db, put + BEHIND) == {name}
    assert told(db, put + NOT_BEHIND) == set()
    rule = "update mart.dim_disclosure_rule set {} = 5"
    for rounding in ("count_rounding", "total_rounding"):
        assert name in told(db, put + NOT_BEHIND, rule.format(rounding))
        assert name in told(db, rule.format(rounding))
    published = (
        "update mart.fct_submissions set extract = 'ees_statistics' where " + BEHIND
    )
    assert name not in told(db, put + BEHIND, published)


def test_what_was_noticed_or_set_aside_in_a_file(
    db: duckdb.DuckDBPyConnection,
) -> None:
    noticed = "update mart.fct_submission_notices set occurrences = 1 where "
    name = "how often something was noticed in a file behind a hidden cell"
    assert told(db, noticed + BEHIND) == {name}
    assert told(db, noticed + NOT_BEHIND) == set()
    assert name in told(db, "update mart.dim_disclosure_rule set total_rounding = 5")
    twice = "insert into mart.fct_set_aside from mart.fct_set_aside where "
    name = "how much was set aside in a file behind a hidden cell"
    assert told(db, twice + BEHIND) == {name}
    assert told(db, twice + NOT_BEHIND) == set()
    other = (
        "insert into mart.fct_set_aside select * replace ('x' as reason_code)"
        " from mart.fct_set_aside where "
    )
    assert told(db, other + BEHIND) == set()
    line = "update mart.fct_set_aside set line_number = 2 where "
    assert told(db, line + NOT_BEHIND) == {"a line of a file of records"}
    elsewhere = "update mart.fct_set_aside set extract = 'lscb_return' where "
    assert told(db, elsewhere + NOT_BEHIND, line + NOT_BEHIND) == set()


STATUSES = ("suppressed", "suppressed_secondary")


@pytest.mark.parametrize("status", STATUSES)
def test_a_figure_as_revised(status: str, db: duckdb.DuckDBPyConnection) -> None:
    """What was hidden before or is now has no figure in the list of revisions."""
    name = "a figure that was or is hidden, as revised"

    def row(which: str, old: str, new: str, **figures: float) -> str:
        more = "".join(f", {value} as {column}" for column, value in figures.items())
        return (
            "insert into mart.fct_revisions by name select indicator_id,"
            " definition_version, area_code, period_id,"
            f" '{old}' as old_status, '{new}' as new_status{more}"
            f" from {VALUES} where {which}"
        )

    hidden, shown = one_of("small"), f"{SHOWN} and period_id = '2008-09Q4' limit 1"
    for column in ("old_value", "new_value"):
        assert name in told(db, row(shown, status, "reported", **{column: 4}))
        assert name in told(db, row(shown, "reported", status, **{column: 4}))
        assert name not in told(db, row(shown, "reported", "reported", **{column: 4}))
    for column in ("old_numerator", "new_numerator"):
        assert name in told(db, row(hidden, "reported", status, **{column: 4}))
        assert name not in told(db, row(shown, "reported", status, **{column: 4}))
        assert name not in told(db, row(shown, status, "reported", **{column: 4}))
    assert name not in told(db, row(hidden, status, status))


def test_which_files_counted(db: duckdb.DuckDBPyConnection) -> None:
    name = "which files counted towards a cell"
    one = "rowid = (select min(rowid) from mart.fct_lineage where {})"
    for where in ("area_code like 'E09%'", "area_code like 'E1%'"):
        drop = f"delete from mart.fct_lineage where {one.format(where)}"
        if where.endswith("'E1%'"):
            assert name in told(db, drop)
    more = (
        "insert into mart.fct_lineage by name select lineage.* replace ("
        " (select min(file_id) from mart.fct_submissions where period_id = '2008-09Q4')"
        " as file_id) from mart.fct_lineage as lineage"
        " where period_id = '2008-09Q1' limit 1"
    )
    assert name in told(db, more)


@pytest.mark.parametrize("kind", HIDDEN)
def test_coverage_of_a_hidden_cell(kind: str, db: duckdb.DuckDBPyConnection) -> None:
    part = " and period_id <> '2008-09'"
    where = one_of(kind, BOROUGH + part)
    partial = f"update mart.fct_coverage set coverage_status = 'partial' where {where}"
    fewer = f"update mart.fct_coverage set blocks_in = 0 where {where}"
    assert told(db, partial) == {"that a hidden cell is partial"}
    assert told(db, partial, fewer) == set()


def finding(where: str, **said: str) -> str:
    """A finding about the cells of the value table that a condition names."""
    given = {
        "rule_code": "'figure_repeats'",
        "suite": "'lado_referrals'",
        "category": "'completeness'",
        "state": "'new'",
    } | said
    columns = ", ".join(f"{value} as {name}" for name, value in given.items())
    return (
        "insert into mart.fct_quality_flags by name select indicator_id,"
        f" definition_version, area_code, period_id, {columns}"
        f" from {VALUES} where {where}"
    )


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_finding_about_a_hidden_cell(
    kind: str, db: duckdb.DuckDBPyConnection
) -> None:
    found = told(db, finding(one_of(kind)))
    assert "a finding about a hidden cell" in found
    assert "a finding about the figures of an area beside a hidden cell" not in found


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_finding_about_figures_beside_a_hidden_cell(
    kind: str, db: duckdb.DuckDBPyConnection
) -> None:
    name = "a finding about the figures of an area beside a hidden cell"
    code, area = db.execute(
        f"select indicator_id, area_code from {VALUES} where {HIDDEN[kind]}{BOROUGH}"
        " order by all limit 1"
    ).fetchone()
    shown = f"{SHOWN} and indicator_id = '{code}' and area_code = '{area}'"
    judged = finding(f"{shown} and not {IS_HIDDEN} limit 1", category="'plausibility'")
    for category in ("completeness", "timeliness"):
        assert name not in told(db, judged.replace("plausibility", category))
    assert name in told(db, judged)
    # Of another indicator, that is linked to it in either direction.
    linked = (
        "insert into mart.dim_disclosure_links by name select 'a part' as kind,"
        " '{}' as first_indicator_id, '{}' as second_indicator_id"
    )
    other = (
        "insert into mart.fct_quality_flags by name select 'SG44' as indicator_id,"
        f" 1 as definition_version, '{area}' as area_code, '2008-09' as period_id,"
        " 'plausibility' as category, 'new' as state, 'x' as rule_code, 'y' as suite"
    )
    assert name not in told(db, other)
    assert name in told(db, other, linked.format(code, "SG44"))
    assert name in told(db, other, linked.format("SG44", code))


def test_a_finding_about_a_file_or_about_what_stood_before(
    db: duckdb.DuckDBPyConnection,
) -> None:
    def about(where: str, **said: str) -> str:
        given = {
            "rule_code": "'block_small'",
            "suite": "'submissions'",
            "category": "'completeness'",
            "state": "'new'",
        } | said
        columns = ", ".join(f"{value} as {name}" for name, value in given.items())
        return (
            f"insert into mart.fct_quality_flags by name select file_id, {columns}"
            f" from mart.fct_submissions where {where}"
        )

    name = "a finding about what is in a file behind a hidden cell"
    assert name in told(db, about(BEHIND))
    assert name not in told(db, about(NOT_BEHIND))
    arrival = {"rule_code": "'submission_late'"}
    assert name not in told(db, about(BEHIND, **arrival))
    assert name in told(db, about(BEHIND, **arrival, suite="'lado_referrals'"))
    # What anybody publishes may be said of, whoever is behind it.
    public = (
        "update mart.fct_submissions set extract = 'ees_statistics' where " + BEHIND
    )
    assert name not in told(db, public, about(BEHIND))
    # An earlier version of the file says the same, or what it was before.
    older = (
        "file_id = (select min(others.file_id) from mart.fct_submissions as files"
        " inner join mart.fct_submissions as others using (extract, submitter,"
        f" period_id) where files.{BEHIND} and others.status = 'superseded')"
    )
    assert name in told(db, about(older))
    name = "a finding about what stood before"
    assert name in told(db, about(NOT_BEHIND, state="'resolved'"))
    assert name not in told(db, about(NOT_BEHIND, state="'resolved'", **arrival))


def test_another_number_of_findings(db: duckdb.DuckDBPyConnection) -> None:
    name = "another number of findings than are disclosed"
    for other in ("rows_failing + 1", "rows_failing - 1", "0"):
        changed_to = f"update mart.fct_quality_results set rows_failing = {other}"
        changed_to += " where rows_failing > 0"
        assert told(db, changed_to) == {name}
    one = "flag_id = (select min(flag_id) from mart.fct_quality_flags)"
    assert name in told(db, f"delete from mart.fct_quality_flags where {one}")
    for column in ("suite", "rule_code"):
        put = f"update mart.fct_quality_flags set {column} = 'x' where {one}"
        assert name in told(db, put)
    resolved = (
        "insert into mart.fct_quality_flags select * replace ('resolved' as state)"
        f" from mart.fct_quality_flags where {one}"
    )
    assert name not in told(db, resolved)
