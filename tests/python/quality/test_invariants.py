"""The quick runner of the dbt data tests finds what dbt finds, and says where."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from build_help import AS_OF
from lscb.quality.invariants import Invariant, as_at, failing, read_invariants

CELLS = '"elsewhere"."mart"."cells"'


def node(name: str, sql: str, **more: Any) -> dict[str, Any]:
    return {
        "unique_id": f"test.lscb.{name}",
        "name": name,
        "resource_type": "test",
        "description": "",
        "database": "elsewhere",
        "compiled_code": sql,
    } | more


def generic(name: str, sql: str, **kwargs: Any) -> dict[str, Any]:
    return node(
        name,
        sql,
        attached_node="model.lscb.cells",
        test_metadata={"name": "any", "kwargs": kwargs},
    )


TESTS = [
    generic(
        "no_area_is_empty",
        f"select area_code from {CELLS} where area_code is null",
        column_name="area_code",
    ),
    generic(
        "figures_are_positive",
        f"select figure as value_field, count(*) from {CELLS} where figure < 0"
        " group by figure",
        column_name="figure",
    ),
    generic(
        "a_cell_stands_once",
        f"select area_code, period_id, count(*) as row_count from {CELLS}"
        " group by area_code, period_id having count(*) > 1",
        columns=["area_code", "period_id"],
    ),
    node("nothing_is_wrong", f"-- nothing\nselect * from {CELLS} where false -- end"),
    node("no_such_table", 'select * from "elsewhere"."mart"."lost"'),
    {"resource_type": "model"},
]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"nodes": dict(enumerate(TESTS))}))
    return path


def test_a_failure_has_the_keys_of_its_rows(manifest: Path, tmp_path: Path) -> None:
    """Also in a file of another name than the one that the tests were compiled for."""
    warehouse = tmp_path / "another name.duckdb"
    with duckdb.connect(str(warehouse)) as db:
        db.execute("create schema mart")
        db.execute(
            "create table mart.cells as from (values ('A', 'Q1', 1), ('A', 'Q2', -2),"
            " ('B', 'Q1', -2), (null, 'Q1', 3), (null, 'Q1', 4))"
            " as cells (area_code, period_id, figure)"
        )
    found = {
        failure.invariant.name: failure
        for failure in failing(warehouse, read_invariants(manifest))
    }
    rows = {
        name: sorted(
            (row["area_code"] or "", row["period_id"], row["figure"])
            for row in failure.rows
        )
        for name, failure in found.items()
    }
    nameless = [("", "Q1", 3), ("", "Q1", 4)]
    assert rows == {
        "no_area_is_empty": nameless,
        "figures_are_positive": [("A", "Q2", -2), ("B", "Q1", -2)],
        "a_cell_stands_once": nameless,
        "no_such_table": [],
    }
    assert {name: failure.count for name, failure in found.items()} == {
        "no_area_is_empty": 2,
        "figures_are_positive": 1,
        "a_cell_stands_once": 1,
        "no_such_table": 0,
    }
    assert "lost" in found["no_such_table"].error
    assert all(failure.invariant.name in str(failure) for failure in found.values())


def test_a_test_that_is_not_compiled_is_no_invariant_that_holds(
    manifest: Path,
) -> None:
    manifest.write_text(json.dumps({"nodes": {"a": node("bare", "")}}))
    with pytest.raises(ValueError, match="bare is not compiled"):
        read_invariants(manifest)


def test_the_whole_project_holds_on_the_sample(
    warehouse: Any, invariants: list[Invariant]
) -> None:
    """As dbt found when it built the sample, and in a fraction of its time."""
    assert len(invariants) > 500
    assert failing(warehouse.marts, as_at(invariants, AS_OF)) == []
