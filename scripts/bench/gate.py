"""Break every dbt test in turn, and see that the main job then publishes nothing.

    lscb bench gate --warehouse warehouse.duckdb --folder /tmp/gate

Works in an empty folder, on a copy of a warehouse that is built. A data test is broken
by changing a table that it looks at, until its own compiled query finds something; a
test of macros alone, by changing a macro; a unit test, by expecting a row more. Then
the main job runs with this one test as its dbt step. It must be stopped by that test
(exit code 1 for an invariant, 2 for a setting), say in words what is wrong and whose
fault it is, and leave every published byte as it was. Exit code 1 where anything else
happened.
"""

import contextlib
import io
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.results import NodeStatus
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import TestNode, UnitTestDefinition
from rich.console import Console

from lscb import build as main_job
from lscb.errors import UserError
from lscb.publishing.history import Place, sha256_of
from lscb.publishing.publish import publish
from lscb.quality.failures import OUR_FAULT
from lscb.quality.invariants import NEVER_NULL
from lscb.settings import PROJECT, places_below

OPTIONS = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet"]
# What dbt writes of each run takes longer than the run.
QUICKLY = ["--no-write-json"]

# Other values for a column; those that do not fit its type are skipped.
MOST_VALUES = 25
EXTREMES = ("-1000000", "1000000", "'~'", "' '", "''", "date '0001-01-01'")
EXTREMES += ("date '9999-12-31'", "null")
MOVED = ("{column} + 1", "{column} * 1000", "not {column}", "coalesce({column}, 1)")
MOVED += ("{column} + 400", "concat({column}, '~')")

# What a macro could give instead.
OTHER_BODIES = ("1", "null", "'~'", "-1000000", "1000000")


@dataclass
class Gate:
    """The copy of the warehouse, what is published, and what was seen."""

    warehouse: Path
    published: Path
    manifest: Manifest
    seen: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def run(self, test: TestNode | UnitTestDefinition) -> bool:
        """The main job with one test; whether this test, and it alone, failed."""
        run_dbt = main_job.run_dbt
        ended: list[dbtRunnerResult] = []

        def one_test(*_: str) -> dbtRunnerResult:
            selected = ("--select", test.name)
            ended.append(run_dbt("test", *selected, *QUICKLY, manifest=self.manifest))
            return ended[-1]

        before = digests(self.published)
        written = io.StringIO()
        with (
            mock.patch.object(main_job, "run_dbt", one_test),
            mock.patch.object(
                main_job, "console", Console(file=written, soft_wrap=True)
            ),
        ):
            code = main_job.build()
        failed = {
            result.node.name: result.status
            for result in getattr(ended[0].result, "results", [])
            if result.status not in (NodeStatus.Success, NodeStatus.Pass)
        }
        if digests(self.published) != before:
            self.wrong.append(f"{test.name}: something published has changed")
        has_failed = failed == {test.name: NodeStatus.Fail}
        if has_failed:
            is_setting = test.config.meta.get("kind") == "setting"
            self.look_at(test.name, is_setting, code, written.getvalue())
        return has_failed

    def look_at(self, name: str, is_setting: bool, code: int, said: str) -> None:
        """Note where the job ended with another code, or did not say what is wrong."""
        expected = main_job.COULD_NOT_RUN if is_setting else main_job.REFUSED
        if code != expected:
            self.wrong.append(f"{name}: exit code {code}")
        whose = "A setting is wrong" if is_setting else OUR_FAULT.split(" and ")[0]
        words = " ".join(said.replace(name, "").split())
        if whose not in words:
            self.wrong.append(f"{name}: it does not say whose fault it is: {said}")


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# Data tests: another table


def columns_of(test: TestNode) -> list[str | None]:
    """The columns in each of which it must be seen to fail; None: in any."""
    metadata = getattr(test, "test_metadata", None)
    if metadata is not None and metadata.name == NEVER_NULL:
        return metadata.kwargs["columns"]
    return [getattr(test, "column_name", None)]


def breaks(
    connection: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    test: TestNode,
    column: str | None,
) -> tuple[str, str] | None:
    """A table that the test looks at, and a query to replace it, so that it fails."""
    for unique_id in test.depends_on.nodes:
        node = manifest.nodes[unique_id]
        table = f'"{node.schema}"."{node.alias}"'
        words = words_of(manifest, unique_id)
        for changed in changes(connection, table, column, words):
            connection.execute("begin")
            try:
                connection.execute(f"create temp table changed as {changed}")
                put(connection, table, "changed")
                (found,) = connection.execute(
                    f"select count(*) from ({test.compiled_code})"
                ).fetchone()
            except duckdb.Error:
                found = 0
            finally:
                connection.execute("rollback")
            if found:
                return table, changed
    return None


def words_of(manifest: Manifest, unique_id: str) -> dict[str, list[str]]:
    """The values that each column of a table may have, also those it has not now."""
    return {
        test.column_name: list(map(str, test.test_metadata.kwargs["values"]))
        for test in manifest.nodes.values()
        if isinstance(test, TestNode)
        and getattr(test, "attached_node", None) == unique_id
        and getattr(test.test_metadata, "name", None) == "accepted_values"
    }


def changes(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    column: str | None,
    words: dict[str, list[str]],
) -> Iterator[str]:
    """Ways to change a table, in one column or, where none is named, in any."""
    (rows,) = connection.execute(f"select count(*) from {table}").fetchone()
    columns = [name for name, *_ in connection.execute(f"describe {table}").fetchall()]
    named = [name for name in columns if column in (None, name)]
    if rows == 0:
        for name in named:
            for value in EXTREMES:
                row = f'select {value} as "{name}"'
                yield f"from {table} union all by name {row} union all by name {row}"
        return
    yield f"from {table} union all from {table}"
    for name in named:
        for value in EXTREMES:
            yield f'select * replace ({value} as "{name}") from {table}'
        for value in MOVED:
            other = value.format(column=f'"{name}"')
            yield f'select * replace ({other} as "{name}") from {table}'
        values = connection.execute(
            f'select distinct "{name}"::varchar from {table} where "{name}" is not null'
            f" order by 1 limit {MOST_VALUES}"
        ).fetchall()
        kind = type_of(connection, table, name)
        for value in [*(value for (value,) in values), *words.get(name, ())]:
            text = value.replace("'", "''")
            other = f"cast('{text}' as {kind})"
            yield f'select * replace ({other} as "{name}") from {table}'
    yield f"from {table} limit 0"
    yield f"select * from {table} where rowid % 2 = 0"
    yield f"select * from {table} where rowid % 2 = 1"


def type_of(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> str:
    """The type of a column."""
    return connection.execute(
        f'select any_value(typeof("{column}")) from {table}'
    ).fetchone()[0]


def put(connection: duckdb.DuckDBPyConnection, table: str, source: str) -> str | None:
    """Put a table in place of a table or view; gives the definition of a view."""
    view = connection.execute(
        "select sql from duckdb_views()"
        ' where format(\'"{}"."{}"\', schema_name, view_name) = ?',
        [table],
    ).fetchone()
    if view is not None:
        connection.execute(f"drop view {table}")
    connection.execute(f"create or replace table {table} as from {source}")
    return view[0] if view else None


@contextlib.contextmanager
def replaced(warehouse: Path, table: str, changed: str) -> Iterator[None]:
    """The table as it is changed, then as it was."""
    on_the_kept = changed.replace(f"from {table}", "from kept")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"create table kept as from {table}")
        connection.execute(f"create table changed as {on_the_kept}")
        view = put(connection, table, "changed")
    try:
        yield
    finally:
        with duckdb.connect(str(warehouse)) as connection:
            put(connection, table, "kept")
            if view is not None:
                connection.execute(f"drop table {table}")
                connection.execute(view)
            connection.execute("drop table kept")
            connection.execute("drop table changed")


def break_data_test(gate: Gate, test: TestNode) -> bool:
    """Whether the job is stopped by a data test that something makes fail."""
    return all([break_in(gate, test, column) for column in columns_of(test)])


def break_in(gate: Gate, test: TestNode, column: str | None) -> bool:
    """Whether the job is stopped by a data test that fails in this column."""
    with duckdb.connect(str(gate.warehouse)) as connection:
        found = breaks(connection, gate.manifest, test, column)
    if found is None:
        return break_macro(gate, test)
    gate.seen["broken by another table"] += 1
    with replaced(gate.warehouse, *found):
        return gate.run(test)


# Tests of macros: another macro


def break_macro(gate: Gate, test: TestNode) -> bool:
    """Whether the job is stopped by a test when a macro that it calls is changed."""
    for unique_id in called_by(gate.manifest, test):
        macro = gate.manifest.macros[unique_id]
        head, _, _ = macro.macro_sql.partition("%}")
        for body in OTHER_BODIES:
            other = f"{head}%}}{body}{{% endmacro %}}"
            with mock.patch.object(macro, "macro_sql", other):
                has_failed = gate.run(test)
            if has_failed:
                gate.seen["broken by another macro"] += 1
                return True
    return False


def called_by(manifest: Manifest, test: TestNode) -> list[str]:
    """The project's own macros that a test calls, and those that these call."""
    found: list[str] = []
    to_look_at = list(test.depends_on.macros)
    while to_look_at:
        unique_id = to_look_at.pop(0)
        if unique_id.startswith("macro.lscb.") and unique_id not in found:
            found.append(unique_id)
            to_look_at += manifest.macros[unique_id].depends_on.macros
    return found


# Unit tests: another expectation


def break_unit_test(gate: Gate, test: UnitTestDefinition) -> bool:
    """Whether the job is stopped by a unit test that expects a row more."""
    columns = gate.manifest.nodes[test.depends_on.nodes[0]].columns
    rows = list(test.expect.rows or [])
    more = [*rows, dict(rows[0]) if rows else {next(iter(columns)): None}]
    gate.seen["broken by another expectation"] += 1
    with mock.patch.object(test.expect, "rows", more):
        return gate.run(test)


def run(warehouse: Path, folder: Path, only: str, part: str) -> int:
    """Break all, or those whose name holds a word; 1 where any did not stop the job.

    `part`: 1/2 and 2/2 for two at a time.
    """
    place, _, parts = part.partition("/")
    if not (place.isdecimal() and parts.isdecimal() and 0 < int(place) <= int(parts)):
        raise UserError(f"The part is {part!r}: write it as 1/2, the first of two.")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise UserError(f"{folder} is not empty: name an empty folder.")
    folder = folder.resolve()
    gate = prepare(warehouse, folder)
    tests = [
        test
        for test in [*gate.manifest.nodes.values(), *gate.manifest.unit_tests.values()]
        if isinstance(test, TestNode | UnitTestDefinition) and only in test.name
    ]
    tests = tests[int(place) - 1 :: int(parts)]
    started = time.perf_counter()
    for number, test in enumerate(tests, 1):
        is_unit = isinstance(test, UnitTestDefinition)
        stopped = (break_unit_test if is_unit else break_data_test)(gate, test)
        gate.seen["stopped the job" if stopped else "not broken"] += 1
        if not stopped:
            gate.wrong.append(f"{test.name}: nothing made it fail")
            print(gate.wrong[-1], flush=True)
        if number % 50 == 0:
            seconds = time.perf_counter() - started
            print(f"{number} of {len(tests)} in {seconds:.0f} s", flush=True)
    for what, times in sorted(gate.seen.items()):
        print(f"{times:>6,}  {what}")
    print("\n".join(gate.wrong) or "nothing wrong")
    return 1 if gate.wrong else 0


def prepare(warehouse: Path, folder: Path) -> Gate:
    """The copy, its publication, and the project with every test compiled."""
    copy, published = folder / "warehouse.duckdb", folder / "published"
    shutil.copyfile(warehouse, copy)
    (folder / "landing").mkdir()
    (folder / "landing" / "sent.csv").touch()
    os.environ |= places_below(folder) | {
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    publish(copy, Place(published, folder / "history"))
    parsed = dbtRunner().invoke(["parse", *OPTIONS])
    compiled = dbtRunner(parsed.result).invoke(
        ["compile", "--select", "test_type:data", *OPTIONS]
    )
    if not compiled.success:
        raise UserError(f"The project does not compile: {compiled.exception}")
    DuckDBConnectionManager.close_all_connections()
    return Gate(copy, published, parsed.result)
