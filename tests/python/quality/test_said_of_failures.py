"""What is said of a build that failed, sentence by sentence.

The nodes are as dbt gives them, made by hand; the warehouse has a few rows.
"""

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import duckdb
import pytest
from dbt.artifacts.schemas.results import NodeStatus
from dbt.contracts.graph.nodes import (
    GenericTestNode,
    ModelNode,
    SingularTestNode,
    UnitTestNode,
)

from build_help import PROJECT
from lscb.quality.failures import OUR_FAULT, REPORT, Look, holding, may_be, say

AREAS = PROJECT / "seeds" / "reference" / "areas.csv"
CAMDEN = "E09000007"


def checked(
    name: str,
    sql: str = "select 1 where false",
    kind: str = "invariant",
    of: str | None = None,
    test: str | None = None,
    raw: str = "",
    **given: Any,
) -> GenericTestNode | SingularTestNode:
    """A data test, generic where it has a name as such."""
    # Made without its many fields: what is asked of it is given.
    node = object.__new__(GenericTestNode if test else SingularTestNode)
    node.name, node.raw_code, node.attached_node = name, raw, of
    node.config = SimpleNamespace(meta={"kind": kind})
    node.test_metadata = SimpleNamespace(name=test, kwargs=given) if test else None
    told = {
        "unique_id": f"test.lscb.{name}",
        "name": name,
        "compiled_code": sql,
        "database": "w",
        "attached_node": of,
        "test_metadata": {"name": test, "kwargs": given} if test else None,
    }
    node.to_dict = lambda: told
    return node


def ended(
    node: Any, status: NodeStatus = NodeStatus.Fail, message: str = ""
) -> SimpleNamespace:
    return SimpleNamespace(node=node, status=status, message=message)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as db:
        for schema in ("mart", "staging", "reference", "catalogue"):
            db.execute(f"create schema {schema}")
        db.execute(
            "create table mart.cells as select 'SG02' as indicator_id,"
            f" 1 as definition_version, '{CAMDEN}' as area_code,"
            " '2008-09Q' || n as period_id, -n as figure, 'x' || n as note,"
            " n as one, n as two, n as three, n as four"
            " from range(1, 8) as t(n)"
        )
        db.execute(
            "create table mart.files as select 'f' || n as file_id, n as line_number"
            " from range(1, 11) as t(n)"
        )
        db.execute(
            f"create table reference.areas as select '{CAMDEN}' as area_code,"
            " 'Camden' as area_name"
        )
        db.execute(
            "create table catalogue.indicators as select 'SG02' as indicator_id,"
            " 'lado_referrals' as extract"
        )
        db.execute(
            "create table staging.stg_ledger__files as select 'f' || n as file_id,"
            " 'path' || n || '.csv' as relative_path, true as is_readable,"
            " true as is_in_landing, 'lado_referrals' as extract,"
            f" '{CAMDEN}' as area_code, '2008-09Q1' as period_id"
            " from range(1, 11) as t(n)"
        )
        others = (
            ("a", "lscb_return", None, "2008-09Q3", True, True),
            ("b", "police_offences", CAMDEN, "2008-09Q1", True, True),
            ("c", "lscb_return", "E09000001", "2008-09Q1", True, True),
            ("d", "lscb_return", CAMDEN, "2007-08Q1", True, True),
            ("e", "lscb_return", CAMDEN, "2008-09Q1", False, True),
            ("f", "lscb_return", CAMDEN, "2008-09Q1", True, False),
        )
        for name, extract, area, period, readable, there in others:
            db.execute(
                "insert into staging.stg_ledger__files values (?, ?, ?, ?, ?, ?, ?)",
                [name, f"{name}.csv", readable, there, extract, area, period],
            )
    return path


def said(warehouse: Path, *ran: SimpleNamespace) -> tuple[list[str], bool]:
    found = say(SimpleNamespace(result=SimpleNamespace(results=list(ran))), warehouse)
    assert found is not None
    return list(found.lines), found.is_refusal


def test_nothing_that_failed_is_nothing_said(warehouse: Path) -> None:
    fine = ended(checked("fine"), NodeStatus.Pass)
    result = SimpleNamespace(result=SimpleNamespace(results=[fine]))
    assert say(result, warehouse) is None
    assert say(SimpleNamespace(result=None), warehouse) is None


def test_an_invariant_is_said_with_its_places_and_their_files(warehouse: Path) -> None:
    node = checked(
        "figures_are_positive",
        'select figure from "w"."mart"."cells" where figure < 0',
        of="model.lscb.cells",
        test="within_range",
        column_name="figure",
        lowest=0,
    )
    lines, is_refusal = said(warehouse, ended(node))
    assert is_refusal
    place = "  indicator_id SG02, definition_version 1, area_code E09000007 (Camden),"
    place += " period_id 2008-09Q{n}, figure -{n}, note x{n}, one {n}, two {n}"
    assert lines[:2] == [
        "What must hold does not: cells.figure: it must be at least 0.",
        f"  {OUR_FAULT}",
    ]
    assert sorted(lines[2:7])[0] == place.format(n=1)
    assert lines[7] == "  and 2 more"
    assert lines[8] == "  Behind them stand:"
    # All of the sender's extract or of the return that speak of area and year.
    assert sorted(lines[9:17]) == sorted(
        f"    {name}.csv"
        for name in ("a", "path1", "path10", *("path" + c for c in "23456"))
    )
    assert lines[17:] == [
        "    and 3 more files",
        "  Until it is fixed, take these files out of landing, keep them elsewhere,"
        " and run `make build` again: the rest is then published.",
        "  (figures_are_positive)",
        REPORT,
    ]


def test_lines_of_a_file_are_named(warehouse: Path) -> None:
    node = checked(
        "no_file",
        "-- nothing\nselect * from mart.files where line_number in (2, 3)",
        raw="-- No file\n-- is there.\nselect 1 -- not this",
    )
    lines, _ = said(warehouse, ended(node))
    assert lines == [
        "What must hold does not: No file is there.",
        f"  {OUR_FAULT}",
        "  file_id path2.csv, line_number 2",
        "  file_id path3.csv, line_number 3",
        "  Behind them stand:",
        "    path2.csv, line 2",
        "    path3.csv, line 3",
        "  Until it is fixed, take these files out of landing, keep them elsewhere,"
        " and run `make build` again: the rest is then published.",
        "  (no_file)",
        REPORT,
    ]


def test_the_lines_of_a_cell_are_those_of_its_lineage(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as db:
        db.execute(
            "create table mart.fct_submissions as select 'f1' as file_id,"
            " 'path1.csv' as relative_path union all select 'f2', 'path2.csv'"
        )
        db.execute(
            "create table mart.fct_lineage as select 'SG02' as indicator_id,"
            f" 1 as definition_version, '{CAMDEN}' as area_code,"
            " '2008-09Q1' as period_id, 'f1' as file_id, 3 as first_line,"
            " 5 as last_line union all"
            f" select 'SG02', 2, '{CAMDEN}', '2008-09Q1', 'f2', 7, 7"
        )
        look = Look(db, "w")
        look.built = {"fct_lineage"}
        cell = {
            "indicator_id": "SG02", "definition_version": 1, "area_code": CAMDEN,
            "period_id": "2008-09Q1",
        }  # fmt: skip
        assert look.files([cell, cell]) == ["path1.csv, lines 3 to 5"]
        assert look.files([{"file_name": "named.csv"}, {"figure": 1}]) == ["named.csv"]
        where = {"file_id": "f2", "first_line": 4, "last_line": 9}
        assert look.files([where]) == ["path2.csv, lines 4 to 9"]


def test_a_test_that_could_not_run_says_why(warehouse: Path) -> None:
    node = checked("lost", "select * from mart.lost", raw="select 1")
    lines, is_refusal = said(warehouse, ended(node, NodeStatus.Error, "boom"))
    assert is_refusal
    assert lines[0] == "What must hold does not: Lost."
    assert "mart.lost" in lines[2] or "lost does not exist" in lines[2]
    assert lines[3:] == ["  (lost)", REPORT]
    gone = warehouse.with_name("gone.duckdb")
    assert said(gone, ended(node, NodeStatus.Error, " boom "))[0] == [
        "What must hold does not: Lost.",
        f"  {OUR_FAULT}",
        "  boom",
        "  (lost)",
        REPORT,
    ]


def line_of(code: str) -> int:
    with AREAS.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        (found,) = [reader.line_num for row in reader if row["area_code"] == code]
    return found


def test_a_wrong_setting_is_said_with_its_seed_and_line(warehouse: Path) -> None:
    node = checked(
        "known",
        f'select area_code from "w"."reference"."areas" where area_code = \'{CAMDEN}\'',
        kind="setting",
        of="seed.lscb.areas",
        test="accepted_values",
        column_name="area_code",
        values=["A", "B"],
    )
    lines, is_refusal = said(warehouse, ended(node))
    assert not is_refusal
    assert lines == [
        f"A setting is wrong: seeds/reference/areas.csv, line {line_of(CAMDEN)}:"
        f" area_code is '{CAMDEN}'. It may be A, B.",
        "  (known)",
        "Correct what is named above and run `make build` again.",
    ]


def test_a_setting_of_no_seed_is_said_with_its_row(warehouse: Path) -> None:
    node = checked(
        "orders",
        "select indicator_id, period_id from mart.cells",
        kind="setting",
        raw="-- In order.\nselect",
    )
    lines, is_refusal = said(warehouse, ended(node))
    assert not is_refusal
    assert lines[0].startswith(
        "A setting is wrong. In order. It is indicator_id SG02, period_id 2008-09Q"
    )
    assert len([line for line in lines if line.startswith("A setting")]) == 5
    assert lines[5:] == [
        "  Found 7 times in all.",
        "  (orders)",
        "Correct what is named above and run `make build` again.",
    ]
    broken = checked(
        "orders", "select x from lost", kind="setting", raw="-- So.\nselect"
    )
    assert said(warehouse.with_name("gone.duckdb"), ended(broken, message="boom"))[
        0
    ] == [
        "So. (orders: boom)",
        "Correct what is named above and run `make build` again.",
    ]


def test_an_empty_setting_is_said_once(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as db:
        db.execute("insert into reference.areas values (null, 'x'), (null, 'y')")
    node = checked(
        "filled",
        'select area_code, area_name from "w"."reference"."areas"'
        " where area_code is null",
        kind="setting",
        of="seed.lscb.areas",
        test="never_null",
        columns=["area_code", "area_name"],
    )
    lines, _ = said(warehouse, ended(node))
    told = "A setting is wrong: seeds/reference/areas.csv: area_code is empty."
    assert [line for line in lines if line.startswith("A setting")] == [
        f"{told} It must not be empty."
    ]


def test_a_calculation_a_sentence_and_a_plain_error(warehouse: Path) -> None:
    unit = mock.Mock(spec=UnitTestNode)
    unit.name = "a_tie_shares_the_rank"
    model = mock.Mock(spec=ModelNode)
    model.name = "stg_x"
    landing = (
        "Runtime Error\n  LandingError: There is nothing to land: run `make sample`."
    )
    assert said(warehouse, ended(unit)) == (
        [
            "A calculation gives something else than is written of it: a tie shares the"
            " rank.",
            f"  {OUR_FAULT} (a_tie_shares_the_rank)",
            REPORT,
        ],
        True,
    )
    assert said(warehouse, ended(model, NodeStatus.Error, landing)) == (
        ["There is nothing to land: run `make sample`."],
        False,
    )
    assert said(warehouse, ended(model, NodeStatus.Error, " out of memory ")) == (
        ["stg_x: out of memory"],
        False,
    )


def test_the_same_is_said_once_and_five_at_most(warehouse: Path) -> None:
    def unit(name: str) -> SimpleNamespace:
        node = mock.Mock(spec=UnitTestNode)
        node.name = name
        return ended(node)

    model = mock.Mock(spec=ModelNode)
    model.name = "m"
    twice = [ended(model, NodeStatus.Error, "boom")] * 2
    assert said(warehouse, *twice)[0] == ["m: boom"]
    lines, _ = said(warehouse, *map(unit, "abcdefg"))
    assert len([line for line in lines if line.startswith("A calculation")]) == 5
    assert lines[-2:] == ["And 2 more, likely for this.", REPORT]


@pytest.mark.parametrize(
    ("test", "given", "told"),
    [
        ("accepted_values", {"values": ["a", 1]}, "It may be a, 1."),
        (
            "relationships",
            {"to": "ref('areas')", "field": "area_code"},
            "It must be a area_code that is in areas.",
        ),
        ("within_range", {"lowest": 0}, "It must be at least 0."),
        ("within_range", {"highest": 9}, "It must be at most 9."),
        (
            "within_range",
            {"lowest": 0, "highest": 9},
            "It must be at least 0 and at most 9.",
        ),
        ("matches_pattern", {"pattern": "[A-Z]"}, "It must have the form [A-Z]."),
        (
            "one_of_the_choices",
            {"sent_as": "sex", "extract": "x"},
            "It must be what extract_columns allows for sex of x.",
        ),
        (
            "within_declared_bounds",
            {"sent_as": "age", "extract": "x"},
            "It must be what extract_columns allows for age of x.",
        ),
        ("unique", {"column_name": "code"}, "No two rows may have the same code."),
        ("unique_combination", {}, "No two rows may agree in these."),
        ("never_null", {}, "It must not be empty."),
        ("another", {}, "It must pass another."),
    ],
)
def test_what_may_stand_there(test: str, given: dict[str, Any], told: str) -> None:
    assert may_be(checked("any", test=test, **given)) == told


@pytest.mark.parametrize(
    ("test", "given", "told"),
    [
        (
            "unique_combination",
            {"columns": ["a", "b"]},
            "No two rows of cells agree in a, b.",
        ),
        ("never_null", {"columns": ["a"]}, "No row of cells lacks a."),
        (
            "never_null",
            {"columns": ["a", "b", "c"]},
            "No row of cells lacks a, b or c.",
        ),
        ("unique", {"column_name": "a"}, "cells.a is in no two rows the same."),
        (
            "accepted_values",
            {"column_name": "a", "values": ["x"]},
            "cells.a: it may be x.",
        ),
    ],
)
def test_what_must_hold(test: str, given: dict[str, Any], told: str) -> None:
    assert holding(checked("any", of="model.lscb.cells", test=test, **given)) == told


def test_a_contract_names_the_rows_it_refuses(warehouse: Path) -> None:
    def column(name: str, *kinds: tuple[str, str]) -> SimpleNamespace:
        constraints = [
            SimpleNamespace(type=kind, expression=expression, columns=[])
            for kind, expression in kinds
        ]
        return SimpleNamespace(name=name, constraints=constraints)

    model = mock.Mock(spec=ModelNode)
    model.name, model.unique_id, model.database = "cells", "model.lscb.cells", "w"
    model.compiled_code = (
        "select * from mart.cells where period_id < '2008-09Q4'"
        " union all select * replace (null as note) from mart.cells"
        " where period_id = '2008-09Q1'"
    )
    model.columns = {
        "figure": column("figure", ("check", "figure > -3"), ("other", "")),
        "note": column("note", ("not_null", "")),
        "one": column("one", ("not_null", "")),
    }
    model.constraints = [
        SimpleNamespace(type="primary_key", columns=["indicator_id", "period_id"])
    ]
    with duckdb.connect(str(warehouse), read_only=True) as db:
        look = Look(db, "w")
        found = {about: failure.count for about, failure in look.constraints(model)}
        assert found == {
            "cells: figure > -3.": 1,
            "No row of cells lacks note.": 1,
            "No two rows of cells agree in indicator_id, period_id.": 2,
        }
        model.compiled_code = "select * from mart.cells where period_id < '2008-09Q3'"
        assert list(look.constraints(model)) == [("The contract of cells.", None)]
    lines, is_refusal = said(
        warehouse, ended(model, NodeStatus.Error, "Constraint Error: it is so")
    )
    assert is_refusal
    assert lines == [
        "What must hold does not: The contract of cells.",
        f"  {OUR_FAULT}",
        "  ",
        "  (contract of cells)",
        REPORT,
    ]
