"""Each rule finds what breaks it, keeps still at what does not, and is needed."""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from lscb.docs.rule_pages import out_of_step
from lscb.quality.evaluate import as_table, evaluate
from lscb.quality.suites import KEYS, Rule, SuiteError, load_rules

PROJECT = Path(__file__).resolve().parents[3]
FIXTURES = yaml.safe_load(
    (Path(__file__).parent / "rule_fixtures.yml").read_text("utf-8")
) | {
    rule["rule_code"]: rule["tried_on"]
    for path in (PROJECT / "expectations").rglob("*.yml")
    for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]
    if "tried_on" in rule
}
RULES = load_rules()
NAMES = [f"{rule.suite}.{rule.rule_code}" for rule in RULES]
FILE_ID = KEYS.index("file_id")


def put(
    connection: duckdb.DuckDBPyConnection, rule: Rule, row: dict, file_id: str
) -> None:
    """One row into the rule's table; what it does not name is null."""
    row = {
        name: value.replace("{extract}", rule.suite)
        if isinstance(value, str)
        else value
        for name, value in row.items()
    } | {"file_id": file_id}
    names = ", ".join(row)
    places = ", ".join("?" for _ in row)
    connection.execute(
        f"insert into {rule.table} ({names}) values ({places})", list(row.values())
    )


@pytest.fixture(scope="module")
def shapes(warehouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the tables that rules look at, and no row in them."""
    path = tmp_path_factory.mktemp("rules") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema intermediate")
        for table in sorted({rule.table for rule in RULES}):
            columns = ", ".join(
                f'"{name}" {data_type}'
                for name, data_type, *_ in warehouse.marts.execute(
                    f"describe {table}"
                ).fetchall()
            )
            connection.execute(f"create table {table} ({columns})")
    return path


@pytest.fixture
def empty(shapes: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The empty tables, in memory, to fill."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{shapes}' as shapes (read_only)")
        connection.execute("create schema intermediate")
        for table in sorted({rule.table for rule in RULES}):
            connection.execute(f"create table {table} as from shapes.{table}")
        connection.execute("detach shapes")
        yield connection


@pytest.fixture(scope="module")
def found(shapes: Path) -> dict[str, set[str]]:
    """By rule, the rows that it found among every rule's two fixtures."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{shapes}' as shapes (read_only)")
        connection.execute("create schema intermediate")
        for table in sorted({rule.table for rule in RULES}):
            connection.execute(f"create table {table} as from shapes.{table}")
        for rule, name in zip(RULES, NAMES, strict=True):
            for kind in ("failing", "passing"):
                put(
                    connection,
                    rule,
                    FIXTURES[rule.rule_code][kind],
                    f"{name}.{kind}",
                )
        results = evaluate(connection, RULES)
    assert [r.error_message for r in results if r.status == "error"] == []
    return {
        name: {finding[FILE_ID] for finding in result.findings}
        for name, result in zip(NAMES, results, strict=True)
    }


def test_every_rule_has_a_fixture_and_no_fixture_is_left_over() -> None:
    assert set(FIXTURES) == {rule.rule_code for rule in RULES}


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_finds_what_breaks_it(name: str, found: dict[str, set[str]]) -> None:
    assert f"{name}.failing" in found[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_keeps_still_at_what_keeps_it(
    name: str, found: dict[str, set[str]]
) -> None:
    assert f"{name}.passing" not in found[name]


def unfound(found: dict[str, set[str]]) -> set[str]:
    """The rules whose breach nobody named."""
    return {
        name for name in NAMES if f"{name}.failing" not in found.get(name, frozenset())
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_is_switched_off_is_missed(
    name: str, found: dict[str, set[str]]
) -> None:
    switched_off = {other: rows for other, rows in found.items() if other != name}
    assert unfound(found) == set()
    assert unfound(switched_off) == {name}


def test_a_rule_with_nothing_to_look_at_is_not_applicable(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    assert {result.status for result in evaluate(empty, RULES)} == {"not_applicable"}


def test_a_rule_that_cannot_be_judged_says_so(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    empty.execute("alter table intermediate.int_quality__files drop submission_status")
    results = evaluate(empty, [r for r in RULES if r.rule_code == "file_refused"])
    assert [result.status for result in results] == ["error"]
    assert "submission_status" in results[0].error_message


def test_a_rule_that_cannot_be_judged_stops_no_other(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    """Its condition holds for some rows and breaks on one: it is said, not raised."""
    rule = next(rule for rule in RULES if rule.rule_code == "file_refused")
    breaking = replace(rule, rule_code="breaks", finds="cast(reason as integer) > 0")
    put(empty, rule, FIXTURES["file_refused"]["failing"], "a file")
    first, second = evaluate(empty, [breaking, rule])
    assert (first.status, second.status) == ("error", "failed")
    assert "The workbook could not be read" in first.error_message
    assert len(as_table([first, second]).to_pylist()) == 3


def test_findings_beyond_the_cap_are_all_fetched(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    rule = next(rule for rule in RULES if rule.rule_code == "file_refused")
    for number in range(450):
        put(empty, rule, FIXTURES["file_refused"]["failing"], f"file {number}")
    (result,) = evaluate(empty, [rule])
    assert len(result.findings) == 450
    assert as_table([result]).num_rows == 451


def test_the_pages_are_in_step_with_the_suites() -> None:
    assert out_of_step() == [], "run `make docs`"


def test_a_header_alone_is_advised_for_extracts_of_records_only() -> None:
    """What is advised must be landed: the seed says of which extracts it is."""
    reference = PROJECT / "seeds" / "reference"
    with (reference / "extracts.csv").open(encoding="utf-8") as lines:
        allowed = {
            (row["kind"], row["empty_file_is_nil"]) for row in csv.DictReader(lines)
        }
    assert allowed == {
        ("record", "true"),
        ("aggregate", "false"),
        ("published", "false"),
    }
    with (reference / "reason_codes.csv").open(encoding="utf-8") as lines:
        advice = [row["what_to_do"] for row in csv.DictReader(lines)]
    advice += [rule.what_to_do for rule in RULES]
    parts = [part for each in advice for part in re.split(r"[.;]", each)]
    named = [part for part in parts if re.search(r"\b(its|a) header\b", part)]
    nil = [part for part in named if re.search("nothing|nil|alone", part)]
    assert len(nil) == 2
    assert all("extract of records" in part for part in nil)


def test_a_suite_that_is_not_right_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text(
        "suite: odd\nstage: mart\nrules:\n  - rule_code: nameless\n", "utf-8"
    )
    with pytest.raises(SuiteError, match=r"odd\.yml, nameless: missing"):
        load_rules(tmp_path)


def test_a_severity_of_a_rule_that_is_not_taken_over_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text(
        "suite: odd\nstage: mart\nseverities: {no_such: notice}\nrules: []\n", "utf-8"
    )
    with pytest.raises(SuiteError, match=r"odd\.yml: `severities` names no_such"):
        load_rules(tmp_path)


def a_suite(rule: dict[str, Any], folder: Path) -> Path:
    """A folder with one suite of one rule."""
    suite = {"suite": "odd", "stage": "mart", "rules": [rule]}
    (folder / "odd.yml").write_text(yaml.safe_dump(suite), "utf-8")
    return folder


def words_of(rule_code: str) -> dict[str, Any]:
    """A rule as its suite has it."""
    for path in sorted((PROJECT / "expectations").rglob("*.yml")):
        for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]:
            if rule["rule_code"] == rule_code:
                return rule
    raise KeyError(rule_code)


@pytest.mark.parametrize(
    ("rule_code", "changed", "said"),
    [
        ("numerator_above_denominator", {"evidence": ""}, "without `evidence`"),
        ("figure_spikes", {"severity": "error"}, "without `evidence`"),
        (
            "figure_spikes",
            {"severity": "error", "evidence": "it is so"},
            "its message asks",
        ),
        ("figure_spikes", {"message": "It is wrong."}, "as a question"),
    ],
)
def test_what_withholds_is_sure_and_what_is_doubtful_asks(
    rule_code: str, changed: dict[str, str], said: str, tmp_path: Path
) -> None:
    rule = words_of(rule_code)
    assert load_rules(a_suite(rule, tmp_path))
    load_rules.cache_clear()
    with pytest.raises(SuiteError, match=said):
        load_rules(a_suite(rule | changed, tmp_path))
    load_rules.cache_clear()


def test_no_rule_that_rests_on_likelihood_or_on_likeness_withholds() -> None:
    withholding = {rule.rule_code for rule in RULES if rule.severity == "error"}
    assert withholding.isdisjoint(
        {
            "crime_row_equals_other_borough",
            "days_never_above_twelve",
            "denominator_slipped",
            "figure_equals_other_borough",
            "figure_runs_on_another_level",
            "numerator_slipped",
            "return_equals_other_borough",
            "survey_answers_equal_other_borough",
        }
    )


EXTREMES = {
    "BIGINT": (0, 1, -1, 2**63 - 1),
    "HUGEINT": (0, 1, -1, 2**100),
    "INTEGER": (0, 1, -1, 2**31 - 1),
    "DOUBLE": (0.0, -0.0, 1.0, -1.0, 1e-308, 1e308, float("inf"), float("nan")),
    "BOOLEAN": (True, False),
    "DATE": ("0001-01-01", "9999-12-31"),
    "VARCHAR": ("", "'", "lscb_return", "proportion", "local_authority", "accepted"),
}


def test_any_row_can_be_judged(empty: duckdb.DuckDBPyConnection) -> None:
    """Nulls throughout, and every extreme of a type at once beside true words."""
    for table in sorted({rule.table for rule in RULES}):
        columns = {
            name: data_type.split("(")[0]
            for name, data_type, *_ in empty.execute(f"describe {table}").fetchall()
        }
        rows: list[list[Any]] = [[None] * len(columns)]
        for turn in range(48):
            rows.append(
                [
                    EXTREMES[kind][(turn + place * (turn // 8)) % len(EXTREMES[kind])]
                    if kind in EXTREMES
                    else None
                    for place, kind in enumerate(columns.values())
                ]
            )
        places = ", ".join("?" for _ in columns)
        empty.executemany(f"insert into {table} values ({places})", rows)
    doubles = set(
        empty.execute(
            "select schema_name || '.' || table_name, column_name"
            " from duckdb_columns() where data_type = 'DOUBLE'"
        ).fetchall()
    )
    for rule in RULES:
        for kind in ("failing", "passing"):
            fixture = FIXTURES[rule.rule_code][kind]
            for name in fixture:
                if (rule.table, name) in doubles:
                    for extreme in EXTREMES["DOUBLE"]:
                        put(empty, rule, fixture | {name: extreme}, "extreme")
    results = evaluate(empty, RULES)
    assert {
        result.rule.rule_code: result.error_message
        for result in results
        if result.status == "error"
    } == {}


WITHOUT_A_NETWORK = """
import socket

def refuse(*arguments, **options):
    print("a connection was tried", flush=True)
    raise OSError("there is no network")

socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse

import duckdb
from lscb.quality.evaluate import evaluate
from lscb.quality.suites import load_rules

connection = duckdb.connect()
connection.execute("create schema intermediate")
connection.execute(
    "create table intermediate.int_quality__files as"
    " select 'a' as file_id, null::bigint as line_number, null as indicator_id,"
    " null::bigint as definition_version, null as area_code, null as period_id,"
    " 'refused' as submission_status, 'odd' as reason"
)
rules = [rule for rule in load_rules() if rule.rule_code == "file_refused"]
print(evaluate(connection, rules)[0].status)
"""


def test_nothing_is_sent_anywhere() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_NETWORK],
        env={**os.environ, "PYTHONPATH": str(PROJECT / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.split() == ["failed"]
