"""What dbt makes of the project: all described, and joined as the rows grow.

A join by keys costs as many rows as there are. DuckDB plans a join without one (a
condition on one side alone, or two keys joined by `or`) row by row with each other, and
ten times the records then cost a hundred times.
"""

import json
import re
from typing import Any

import duckdb
import pytest

from build_help import Build

# Joins without a key, each with a table that does not grow with what is sent.
WITH_A_SHORT_LIST = {
    "dim_periods": "the bounds of the calendar",
    "fct_indicator_values": "the extracts that a cell may come from",
    "int_comparisons__trends": "the five points of a trend",
    "int_coverage__early_blocks": "the periods of the calendar",
    "int_cells__settled": "the extracts that a cell may come from",
    "int_cells__years_open": "the years of the calendar, and the extracts",
    "int_parts__periods": "the indicators, and the periods of the calendar",
    "int_senders": "the trusts of the areas",
}
ROW_BY_ROW = re.compile(r"BLOCKWISE_NL_JOIN|NESTED_LOOP_JOIN")


@pytest.fixture(scope="module")
def manifest(warehouse: Build) -> dict[str, Any]:
    """What dbt wrote of the project when it built the sample."""
    return json.loads((warehouse.target / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def plans(warehouse: Build, manifest: dict[str, Any]) -> dict[str, str]:
    """By model that reads tables of the warehouse, how DuckDB would run it."""
    plans = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or node["language"] != "sql":
            continue
        if node["schema"].endswith("staging"):
            continue
        compiled = warehouse.target / "compiled" / "lscb" / node["original_file_path"]
        ((_, plans[node["name"]]),) = warehouse.marts.execute(
            f"explain {compiled.read_text('utf-8')}"
        ).fetchall()
    return plans


def test_models_join_by_keys(plans: dict[str, str]) -> None:
    assert len(plans) > 100
    by_row = {name for name, plan in plans.items() if ROW_BY_ROW.search(plan)}
    assert by_row == set(WITH_A_SHORT_LIST)


def test_a_join_without_a_key_is_seen() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table cells as select range as id from range(9)")
        ((_, plan),) = connection.execute(
            "explain select * from cells left join cells as others"
            " on cells.id = others.id and cells.id > 3"
        ).fetchall()
    assert ROW_BY_ROW.search(plan)


def test_every_table_says_what_a_row_and_each_column_is(
    warehouse: Build, manifest: dict[str, Any]
) -> None:
    built = {
        tuple(row)
        for row in warehouse.marts.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where not internal"
        ).fetchall()
    }
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    ]
    declared = {
        (node["schema"], node["name"], name): column["description"].strip()
        for node in nodes
        for name, column in node["columns"].items()
    }
    assert len(declared) > 2000
    assert built == set(declared)
    assert {column for column, said in declared.items() if not said} == set()
    assert {
        node["name"]
        for node in nodes
        if not re.search(r"\bone (or more )?rows?\b", node["description"], re.I)
    } == set()


def test_every_macro_says_what_it_is_and_takes(manifest: dict[str, Any]) -> None:
    own = {
        macro["name"]: macro
        for macro in manifest["macros"].values()
        # what stands behind a name, for one engine or another, is no name of its own
        if macro["package_name"] == "lscb" and "__" not in macro["name"]
    }
    assert len(own) > 50
    assert {name for name, macro in own.items() if not macro["description"]} == set()
    silent = {
        name
        for name, macro in own.items()
        if re.search(rf"macro {name}\([^)]", macro["macro_sql"])
        and not any(each["description"] for each in macro["arguments"])
    }
    assert silent == set()
    # what a generic test takes is what dbt gives every test, and says itself
    assert all(
        each["description"]
        for name, macro in own.items()
        if not name.startswith("test_")
        for each in macro["arguments"]
    )


def test_the_overview_of_the_documentation_is_ours(manifest: dict[str, Any]) -> None:
    text = manifest["docs"]["doc.lscb.__overview__"]["block_contents"]
    nodes = {node["name"] for node in manifest["nodes"].values()}
    named = set(re.findall(r"`((?:fct|dim|int|stg)_\w+|\w+_scorecard)`", text))
    assert len(named) > 4
    assert named <= nodes
