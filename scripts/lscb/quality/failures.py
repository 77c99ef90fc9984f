"""What failed in the build of the warehouse, in words for a data engineer.

A setting that is wrong is said with the seed, the line and what may stand there. An
invariant that does not hold is our fault: said with the cells, the files and the lines
where it does not, and the nearest thing that its reader can do. The name of a dbt test
comes last, for whoever corrects it.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from dbt.artifacts.schemas.results import NodeStatus
from dbt.cli.main import dbtRunnerResult
from dbt.contracts.graph.nodes import ModelNode, TestNode, UnitTestNode

from lscb.quality.invariants import (
    NEVER_NULL,
    Failure,
    Invariant,
    failure_of,
    invariant_of,
)
from lscb.settings import PROJECT

BAD = {NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr}
MOST_SAID, MOST_PLACES, MOST_FILES = 5, 5, 8

OUR_FAULT = (
    "This is a fault of the project and not of a sender: what holds for every input"
    " does not hold for this one."
)
REPORT = "Report it with these lines to whoever keeps the project."
# What landing, which runs within dbt, raises with a sentence for whoever runs it.
SENTENCE = re.compile(r"\b(?:Seed|Setting|Landing|Lake|User)Error: (.+)")
KEYS = (
    "indicator_id", "definition_version", "area_code", "period_id", "file_id",
    "line_number", "extract", "submitter_code", "submitter", "measure_id", "suite",
    "rule_code", "error_message",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What is said of a build that failed, and whether a wrong setting is all of it."""

    lines: tuple[str, ...]
    is_refusal: bool


def say(result: dbtRunnerResult, warehouse: Path) -> Said | None:
    """What failed; None where dbt names no node, and so nothing is known but its word.

    It is a refusal where a check did not hold, and not where something could not run.
    """
    ran = list(getattr(result.result, "results", []))
    failed = [node for node in ran if node.status in BAD]
    if not failed:
        return None
    built = {node.node.name for node in ran if node.status == NodeStatus.Success}
    lines: list[str] = []
    with _read(warehouse) as look:
        look.built = built
        said: set[tuple[str, ...]] = set()
        for number, node in enumerate(failed):
            if len(said) == MOST_SAID:
                lines.append(f"And {len(failed) - number:,} more, likely for this.")
                break
            found = tuple(_said_of(node, look))
            if found not in said:
                said.add(found)
                lines += found
    ours = any(_is_ours(node) for node in failed)
    settings = [node for node in failed if _is_setting(node)]
    if ours:
        lines.append(REPORT)
    elif settings:
        lines.append("Correct what is named above and run `make build` again.")
    return Said(tuple(lines), is_refusal=ours)


def _kind(node: Any) -> str | None:
    return node.config.meta.get("kind") if isinstance(node, TestNode) else None


def _is_setting(ran: Any) -> bool:
    return _kind(ran.node) == "setting"


def _is_ours(ran: Any) -> bool:
    if isinstance(ran.node, UnitTestNode):
        return True
    if isinstance(ran.node, TestNode):
        return not _is_setting(ran)
    return _is_constraint(ran)


def _is_constraint(ran: Any) -> bool:
    return isinstance(ran.node, ModelNode) and "Constraint Error" in (ran.message or "")


def _said_of(ran: Any, look: "Look") -> Iterator[str]:
    node, message = ran.node, (ran.message or "").strip()
    if isinstance(node, TestNode):
        invariant = invariant_of(node.to_dict())
        failure = look.failure(invariant)
        if _is_setting(ran):
            yield from _wrong_setting(node, invariant, failure, message)
        else:
            yield from _broken(holding(node), node.name, failure, message, look)
    elif isinstance(node, UnitTestNode):
        sentence = node.name.replace("_", " ")
        yield f"A calculation gives something else than is written of it: {sentence}."
        yield f"  {OUR_FAULT} ({node.name})"
    elif _is_constraint(ran):
        for about, failure in look.constraints(node):
            yield from _broken(about, f"contract of {node.name}", failure, "", look)
    else:
        sentence = SENTENCE.search(message)
        yield sentence[1] if sentence else f"{node.name}: {message}"


# Settings


def _wrong_setting(
    test: TestNode, invariant: Invariant, failure: Failure | None, message: str
) -> Iterator[str]:
    seed = seed_of(test)
    if failure is None or failure.error:
        yield f"{may_be(test)} ({test.name}: {failure.error if failure else message})"
        return
    rows = failure.rows[:MOST_PLACES]
    if seed is None:
        for row in rows:
            yield f"A setting is wrong. {may_be(test)} It is {_shown(row)}."
    else:
        for place in _places_in_seed(seed, invariant, rows):
            yield f"A setting is wrong: {place}. {may_be(test)}"
    if failure.count > len(rows):
        yield f"  Found {failure.count:,} times in all."
    yield f"  ({test.name})"


def seed_of(test: TestNode) -> Path | None:
    """The CSV file of the seed that a test is attached to."""
    name = (getattr(test, "attached_node", None) or "").split(".")[-1]
    return next((PROJECT / "seeds").glob(f"*/{name}.csv"), None) if name else None


def _places_in_seed(
    seed: Path, invariant: Invariant, rows: Iterable[dict[str, Any]]
) -> Iterator[str]:
    """Where in the file the rows stand, and what stands there."""
    with seed.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        lines = [(reader.line_num, line) for line in reader]
    path = seed.relative_to(PROJECT).as_posix()
    seen = set()
    for row in rows:
        wanted = {name: _text(row.get(name)) for name in invariant.columns_of(row)}
        if tuple(wanted.items()) in seen:
            continue
        seen.add(tuple(wanted.items()))
        found = [
            number
            for number, line in lines
            if all(
                (line.get(column) or "").lower() == text.lower()
                for column, text in wanted.items()
            )
        ]
        at = f", line {_numbers(found)}" if found else ""
        what = " and ".join(
            f"{column} is {text!r}" if text else f"{column} is empty"
            for column, text in wanted.items()
        )
        yield f"{path}{at}: {what}"


def may_be(test: TestNode) -> str:
    """What may stand where a generic test looks, in a sentence."""
    metadata = getattr(test, "test_metadata", None)
    if metadata is None:
        return holding(test)
    given = metadata.kwargs
    name, column = metadata.name, given.get("column_name")
    if name == "accepted_values":
        return f"It may be {', '.join(map(str, given['values']))}."
    if name == "relationships":
        to = re.sub(r"^ref\('(.*)'\)$", r"\1", given["to"])
        return f"It must be a {given['field']} that is in {to}."
    if name == "within_range":
        low, high = given.get("lowest"), given.get("highest")
        bounds = [f"at least {low}"] * (low is not None)
        bounds += [f"at most {high}"] * (high is not None)
        return f"It must be {' and '.join(bounds)}."
    if name == "matches_pattern":
        return f"It must have the form {given['pattern']}."
    if name in ("one_of_the_choices", "within_declared_bounds"):
        sent = f"{given['sent_as']} of {given['extract']}"
        return f"It must be what extract_columns allows for {sent}."
    if name == "unique":
        return f"No two rows may have the same {column}."
    if name == "unique_combination":
        return "No two rows may agree in these."
    return "It must not be empty." if name == NEVER_NULL else f"It must pass {name}."


# Invariants


def holding(test: TestNode) -> str:
    """What a test says must hold, in a sentence."""
    metadata = getattr(test, "test_metadata", None)
    if metadata is None:
        said = re.findall(r"^-- (.*)$", test.raw_code.split("select")[0], re.M)
        return " ".join(said) or f"{test.name.replace('_', ' ').capitalize()}."
    table = (getattr(test, "attached_node", None) or "").split(".")[-1]
    given = metadata.kwargs
    if metadata.name == "unique_combination":
        return f"No two rows of {table} agree in {', '.join(given['columns'])}."
    if metadata.name == NEVER_NULL:
        return f"No row of {table} lacks {_listed(given['columns'])}."
    column = f"{table}.{given['column_name']}"
    if metadata.name == "unique":
        return f"{column} is in no two rows the same."
    said = may_be(test)
    return f"{column}: {said[0].lower()}{said[1:]}"


def _broken(
    about: str, name: str, failure: Failure | None, message: str, look: "Look"
) -> Iterator[str]:
    yield f"What must hold does not: {about}"
    yield f"  {OUR_FAULT}"
    if failure is None or failure.error:
        yield f"  {failure.error if failure else message}"
    else:
        rows = failure.rows[:MOST_PLACES]
        for row in rows:
            yield f"  {look.place(row, failure.invariant.columns_of(row))}"
        if failure.count > len(rows):
            yield f"  and {failure.count - len(rows):,} more"
        files = look.files(failure.rows)
        if files:
            yield "  Behind them stand:"
            yield from (f"    {file}" for file in files[:MOST_FILES])
            if len(files) > MOST_FILES:
                yield f"    and {len(files) - MOST_FILES:,} more files"
            yield (
                "  Until it is fixed, take these files out of landing, keep them"
                " elsewhere, and run `make build` again: the rest is then published."
            )
    yield f"  ({name})"


class Look:
    """What can be looked up in a warehouse of which a build has failed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection | None, name: str) -> None:
        self.connection, self.name = connection, name
        self.built: set[str] = set()

    def __enter__(self) -> "Look":
        return self

    def __exit__(self, *_: object) -> None:
        if self.connection is not None:
            self.connection.close()

    def ask(self, sql: str, *values: Any) -> list[tuple]:
        """The answer, or none where a table is not there."""
        if self.connection is None:
            return []
        try:
            return self.connection.execute(sql, list(values)).fetchall()
        except duckdb.CatalogException:
            return []

    def failure(self, invariant: Invariant) -> Failure | None:
        """How it fails; None where it cannot be looked up."""
        if self.connection is None:
            return None
        return failure_of(self.connection, self.name, invariant)

    def constraints(self, model: ModelNode) -> Iterator[tuple[str, Failure | None]]:
        """Which constraints of a contract the rows that were to be written break."""
        table = f"({model.compiled_code}\n)"
        asked = [
            (constraint, [column.name])
            for column in model.columns.values()
            for constraint in column.constraints
        ] + [(constraint, constraint.columns) for constraint in model.constraints]
        found = False
        for constraint, columns in asked:
            names = ", ".join(columns)
            if constraint.type == "not_null":
                about = f"No row of {model.name} lacks {names}."
                sql = f"select * from {table} where {names} is null"
            elif constraint.type == "check":
                about = f"{model.name}: {constraint.expression}."
                sql = f"select * from {table} where not ({constraint.expression})"
            elif constraint.type in ("primary_key", "unique"):
                about = f"No two rows of {model.name} agree in {names}."
                sql = (
                    f"select * from {table} where ({names}) in (select ({names})"
                    f" from {table} group by {names} having count(*) > 1)"
                )
            else:
                continue
            failure = self.failure(
                Invariant(
                    model.unique_id, model.name, about, sql, model.database, None, ()
                )
            )
            if failure is not None and failure.error is None:
                found = True
                yield about, failure
        if not found:
            yield f"The contract of {model.name}.", None

    def place(self, row: dict[str, Any], columns: tuple[str, ...] = ()) -> str:
        """A row by its keys: indicator, area, period, file and line; and its columns.

        First those that the test is about.
        """
        row = {column: row.get(column) for column in columns if column in row} | row
        area = row.get("area_code")
        for (known,) in self.ask(
            "select area_name from reference.areas where area_code = ?", area
        ):
            row["area_code"] = f"{area} ({known})"
        for (known,) in self.ask(
            "select relative_path from staging.stg_ledger__files where file_id = ?",
            row.get("file_id"),
        ):
            row["file_id"] = known
        keys = {key: row[key] for key in KEYS if row.get(key) is not None}
        rest = {key: value for key, value in row.items() if key not in keys}
        few = dict(list(rest.items())[: 4 if keys else 8])
        return _shown(keys | few)

    def files(self, rows: Iterable[dict[str, Any]]) -> list[str]:
        """The files that stand behind rows, with their lines where they are known."""
        found: dict[str, str] = {}
        for row in rows:
            if row.get("file_id"):
                behind = self._file(row)
            elif row.get("indicator_id") and row.get("area_code"):
                behind = self._cell(row)
            elif row.get("file_name"):
                behind = [(row["file_name"], None, None)]
            else:
                behind = []
            for path, first, last in behind:
                found.setdefault(path, f"{path}{_lines(first, last)}")
        return list(found.values())

    def _file(self, row: dict[str, Any]) -> list[tuple]:
        line = row.get("line_number")
        first, last = row.get("first_line", line), row.get("last_line", line)
        return [
            (path, first, last)
            for (path,) in self.ask(
                "select relative_path from staging.stg_ledger__files where file_id = ?",
                row["file_id"],
            )
        ]

    def _cell(self, row: dict[str, Any]) -> list[tuple]:
        """The lines of a cell; before they are known, the files that speak of it."""
        cell = [
            row["indicator_id"],
            row.get("definition_version"),
            row["area_code"],
            row.get("period_id") or row.get("part_period_id") or "",
        ]
        if "fct_lineage" in self.built:
            cited = self.ask(
                "select submissions.relative_path, lineage.first_line,"
                " lineage.last_line from mart.fct_lineage as lineage inner join"
                " mart.fct_submissions as submissions using (file_id)"
                " where lineage.indicator_id = ? and lineage.definition_version"
                " = coalesce(?, lineage.definition_version) and lineage.area_code = ?"
                " and lineage.period_id = ? order by submissions.relative_path",
                *cell,
            )
            if cited:
                return cited
        return self.ask(
            "select files.relative_path, null, null"
            " from staging.stg_ledger__files as files"
            " where files.is_readable and files.is_in_landing"
            " and (files.extract = 'lscb_return' or files.extract in"
            " (select extract from catalogue.indicators where indicator_id = ?))"
            " and (files.area_code = ? or files.area_code is null)"
            " and contains(files.period_id, ?) order by files.relative_path",
            cell[0],
            cell[2],
            re.sub(r"Q\d$", "", cell[3]),
        )


def _read(warehouse: Path) -> Look:
    try:
        return Look(duckdb.connect(str(warehouse), read_only=True), warehouse.stem)
    except duckdb.Error:
        return Look(None, warehouse.stem)


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _shown(row: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in row.items())


def _numbers(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:MOST_PLACES]))
    return f"{shown} ..." if len(numbers) > MOST_PLACES else shown


def _lines(first: Any, last: Any) -> str:
    if first is None:
        return ""
    return f", line {first}" if first == last else f", lines {first} to {last}"
