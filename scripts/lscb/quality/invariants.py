"""Run the invariants: every dbt data test, by its compiled SQL over one connection.

dbt takes a minute over what the database does in two seconds. Whoever builds many
warehouses compiles the project once (`compile_project`), reads the tests from its
manifest (`read_invariants`) and asks of each warehouse which fail (`failing`). A
failure carries rows with their keys, so that it can be said what they are about.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from lscb.settings import PROJECT

# The day that tests are compiled for which are asked as at other days (`as_at`).
SOME_DAY = "2048-11-17"
# Rows of a failing test that are fetched; all of them are counted.
MOST_ROWS = 20
# The generic test that is about several columns, each for itself.
NEVER_NULL = "never_null"


@dataclass(frozen=True)
class Invariant:
    """A dbt data test, compiled."""

    unique_id: str
    name: str
    # What it says, in a sentence; empty where its name is all there is.
    about: str
    sql: str
    # The database that the SQL names.
    database: str
    # The table that a generic test looks at, and the columns that it is about.
    table: str | None
    columns: tuple[str, ...]
    # The generic test that it is; none where it stands in a file of its own.
    kind: str | None = None

    def columns_of(self, row: dict[str, Any]) -> tuple[str, ...]:
        """The columns that a row which fails is about."""
        if self.kind == NEVER_NULL:
            return tuple(name for name in self.columns if row.get(name) is None)
        return self.columns

    def sql_of_rows(self) -> str:
        """The rows that fail: whole rows of the table where there is one."""
        if self.table is None or not self.columns:
            return self.sql
        names = ", ".join(f"key_{place}" for place in range(len(self.columns)))
        same = " and ".join(
            f'looked_at."{column}" is not distinct from failing.key_{place}'
            for place, column in enumerate(self.columns)
        )
        # The first columns that a generic test gives are those that it is about.
        failing = f"select {names} from (\n{self.sql}\n) as found ({names})"
        return (
            f"select looked_at.* from {self.table} as looked_at where exists"
            f" (select 1 from ({failing}) as failing where {same})"
        )


@dataclass(frozen=True)
class Failure:
    """An invariant that does not hold, and some of the rows where it does not."""

    invariant: Invariant
    count: int
    rows: tuple[dict[str, Any], ...]
    # What the database said of a test that cannot be run.
    error: str | None = None

    def __str__(self) -> str:
        found = self.error or f"{self.count:,} rows, such as {dict(self.rows[0])}"
        return f"{self.invariant.name}: {found}"


def compile_project(target: Path) -> Path:
    """Compile every data test; gives the manifest, written into the folder `target`."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    before = os.environ.get("DBT_TARGET_PATH")
    os.environ["DBT_TARGET_PATH"] = str(target)
    try:
        done = dbtRunner().invoke(
            [
                "compile", "--select", "resource_type:test", "--no-populate-cache",
                "--quiet", "--no-print", "--target", "lint",
                "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
            ]
        )  # fmt: skip
    finally:
        DuckDBConnectionManager.close_all_connections()
        if before is None:
            del os.environ["DBT_TARGET_PATH"]
        else:
            os.environ["DBT_TARGET_PATH"] = before
    if not done.success:
        raise RuntimeError(f"the project does not compile: {done.exception}")
    return target / "manifest.json"


def read_invariants(manifest: Path) -> list[Invariant]:
    """Every data test of a compiled project, in the order of their names."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    tests = [invariant_of(node) for node in nodes.values() if is_test(node)]
    return sorted(tests, key=lambda test: test.unique_id)


def as_at(invariants: Iterable[Invariant], day: str) -> list[Invariant]:
    """Tests compiled for SOME_DAY, as at the day (YYYY-MM-DD) of a warehouse."""
    return [replace(each, sql=each.sql.replace(SOME_DAY, day)) for each in invariants]


def is_test(node: dict[str, Any]) -> bool:
    """Whether a node of the manifest is a data test."""
    return node["resource_type"] == "test"


def invariant_of(node: dict[str, Any]) -> Invariant:
    """The invariant that a compiled node of the manifest describes."""
    sql = node.get("compiled_code")
    if not sql:
        raise ValueError(f"{node['name']} is not compiled: use compile_project")
    metadata = node.get("test_metadata") or {}
    arguments = metadata.get("kwargs") or {}
    column = arguments.get("column_name")
    return Invariant(
        unique_id=node["unique_id"],
        name=node["name"],
        about=node.get("description") or "",
        sql=sql,
        database=node["database"],
        table=looked_at(node),
        columns=(column,) if column else tuple(arguments.get("columns") or ()),
        kind=metadata.get("name"),
    )


def looked_at(node: dict[str, Any]) -> str | None:
    """The table that a generic test is attached to, as its SQL names it."""
    if not node.get("attached_node"):
        return None
    name = node["attached_node"].split(".")[2]
    return next(
        (word for word in node["compiled_code"].split() if word.endswith(f'."{name}"')),
        None,
    )


@contextmanager
def opened(
    warehouse: Path | duckdb.DuckDBPyConnection,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection to a warehouse, and the name that the database has in it."""
    if isinstance(warehouse, Path):
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            yield connection, warehouse.stem
    else:
        (name,) = warehouse.execute("select current_database()").fetchone()
        yield warehouse, name


def failing(
    warehouse: Path | duckdb.DuckDBPyConnection, invariants: Iterable[Invariant]
) -> list[Failure]:
    """Which invariants do not hold in a warehouse that is built."""
    with opened(warehouse) as (connection, database):
        tried = (failure_of(connection, database, each) for each in invariants)
        return [failure for failure in tried if failure is not None]


def failure_of(
    connection: duckdb.DuckDBPyConnection, database: str, invariant: Invariant
) -> Failure | None:
    """How an invariant fails, or None where it holds."""

    def here(sql: str) -> str:
        return sql.replace(f'"{invariant.database}".', f'"{database}".')

    try:
        (count,) = connection.execute(
            f"select count(*) from (\n{here(invariant.sql)}\n)"
        ).fetchone()
        if not count:
            return None
        found = connection.execute(
            f"select * from (\n{here(invariant.sql_of_rows())}\n) limit {MOST_ROWS}"
        )
        names = [name for name, *_ in found.description]
        rows = tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())
    except duckdb.Error as error:
        return Failure(invariant, 0, (), str(error).split("\n")[0])
    return Failure(invariant, count, rows)
