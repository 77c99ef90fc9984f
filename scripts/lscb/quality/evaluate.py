"""Evaluate rules with Great Expectations, and fetch the keys of what they find.

Great Expectations says which rule holds. Its lists are capped, so the rows of a rule
that failed are fetched by the very query that it ran.
"""

import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection
from duckdb import Error as DuckDBError

from lscb.quality.dialect import shared
from lscb.quality.suites import KEYS, Rule

os.environ["GX_ANALYTICS_ENABLED"] = "false"

# Great Expectations keeps one context a process, and dbt builds in several threads.
_one_at_a_time = threading.Lock()

RULE_WORDS = (
    "suite", "rule_code", "expectation", "category", "severity", "owner", "message",
    "because", "what_to_do", "digest",
)  # fmt: skip
FINDING_WORDS = (*KEYS, "detail", "observed", "expected")
SCHEMA = pa.schema(
    [
        ("row_kind", pa.string()),
        *((word, pa.string()) for word in RULE_WORDS[:-1]),
        ("rule_digest", pa.string()),
        ("status", pa.string()),
        ("rows_looked_at", pa.int64()),
        ("rows_failing", pa.int64()),
        ("error_message", pa.string()),
        ("indicator_id", pa.string()),
        ("definition_version", pa.int64()),
        ("area_code", pa.string()),
        ("period_id", pa.string()),
        ("file_id", pa.string()),
        ("line_number", pa.int64()),
        ("detail", pa.string()),
        ("observed", pa.string()),
        ("expected", pa.string()),
    ]
)


@dataclass(frozen=True)
class Result:
    """How one rule of one suite stands."""

    rule: Rule
    status: str  # passed, failed, not_applicable, error
    rows_looked_at: int | None
    findings: tuple[tuple[Any, ...], ...] = ()
    error_message: str | None = None


@contextmanager
def quiet_context() -> Iterator[Any]:
    """A Great Expectations context that keeps nothing and reports to nobody."""
    import great_expectations as gx

    # the second has a level of its own, and tells of every temporary folder
    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.ERROR)

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    context.enable_analytics(False)
    yield context


def suite_of(rules: Iterable[Rule], name: str) -> Any:
    """The Great Expectations suite of the rules, built from plain dictionaries."""
    import great_expectations as gx

    severities = {"error": "critical", "warning": "warning", "notice": "info"}
    return gx.ExpectationSuite(
        name=name,
        expectations=[
            {
                "type": _snake_case(rule.expectation),
                "kwargs": {"unexpected_rows_query": rule.finding_sql_of("{batch}")},
                "severity": severities[rule.severity],
                "description": f"{rule.rule_code}: {rule.because}",
                "meta": {
                    "suite": rule.suite,
                    "rule_code": rule.rule_code,
                    "severity": rule.severity,
                    "category": rule.category,
                    "owner": rule.owner,
                    "because": rule.because,
                    "what_to_do": rule.what_to_do,
                },
            }
            for rule in rules
        ],
    )


def _snake_case(name: str) -> str:
    return "".join(
        f"_{letter.lower()}" if letter.isupper() else letter for letter in name
    ).lstrip("_")


def _verdicts(connection: DuckDBPyConnection, rules: list[Rule]) -> dict[Rule, Any]:
    """What Great Expectations says of each rule; the rules of one table go together."""
    verdicts: dict[Rule, Any] = {}
    with _one_at_a_time, shared(connection) as address, quiet_context() as context:
        source = context.data_sources.add_sql(
            "warehouse", connection_string=address, create_temp_table=False
        )
        for table in sorted({rule.table for rule in rules}):
            of_table = [rule for rule in rules if rule.table == table]
            schema, name = table.split(".")
            batch = (
                source.add_table_asset(table, table_name=name, schema_name=schema)
                .add_batch_definition_whole_table("all")
                .get_batch()
            )
            answer = batch.validate(suite_of(of_table, table), result_format="SUMMARY")
            by_rule = {
                (result.expectation_config.meta["suite"],
                 result.expectation_config.meta["rule_code"]): result
                for result in answer.results
            }  # fmt: skip
            verdicts |= {rule: by_rule[rule.suite, rule.rule_code] for rule in of_table}
        source.get_execution_engine().engine.dispose()
    return verdicts


def _looked_at(connection: DuckDBPyConnection, rule: Rule) -> int | Result:
    try:
        return connection.execute(rule.looked_at_sql).fetchone()[0]
    except DuckDBError as error:
        return Result(rule, "error", None, error_message=str(error).split("\n")[0])


def evaluate(connection: DuckDBPyConnection, rules: Iterable[Rule]) -> list[Result]:
    """How each rule stands; one with nothing to look at is not applicable."""
    results: dict[Rule, Result] = {}
    to_judge: dict[Rule, int] = {}
    rules = list(rules)
    for rule in rules:
        looked_at = _looked_at(connection, rule)
        if isinstance(looked_at, Result):
            results[rule] = looked_at
        elif looked_at == 0:
            results[rule] = Result(rule, "not_applicable", 0)
        else:
            to_judge[rule] = looked_at
    verdicts = _verdicts(connection, list(to_judge)) if to_judge else {}
    for rule, looked_at in to_judge.items():
        results[rule] = _result(connection, rule, looked_at, verdicts[rule])
    return [results[rule] for rule in rules]


def _result(
    connection: DuckDBPyConnection, rule: Rule, looked_at: int, verdict: Any
) -> Result:
    """How the rule stands by the verdict; what cannot be judged is said, not raised."""
    try:
        findings = tuple(connection.execute(rule.finding_sql).fetchall())
    except DuckDBError as error:
        return Result(rule, "error", looked_at, error_message=str(error).split("\n")[0])
    if verdict.exception_info.get("raised_exception") or any(
        isinstance(value, dict) and value.get("raised_exception")
        for value in verdict.exception_info.values()
    ):
        said = str(verdict.exception_info)[:500]
        return Result(rule, "error", looked_at, error_message=said)
    counted = 0 if verdict.success else verdict.result["observed_value"]
    if len(findings) != counted:
        said = (
            f"Great Expectations counts {counted} rows and the warehouse"
            f" {len(findings)}: the table changed while it was looked at."
        )
        return Result(rule, "error", looked_at, error_message=said)
    return Result(rule, "failed" if findings else "passed", looked_at, findings)


def as_table(results: Iterable[Result]) -> pa.Table:
    """One row per result (`row_kind` result), one row per finding (`finding`)."""
    rows: list[dict[str, Any]] = []
    for result in results:
        words = {word: getattr(result.rule, word) for word in RULE_WORDS}
        words["rule_digest"] = words.pop("digest")
        rows.append(
            words
            | {
                "row_kind": "result",
                "status": result.status,
                "rows_looked_at": result.rows_looked_at,
                "rows_failing": len(result.findings),
                "error_message": result.error_message,
            }
        )
        rows.extend(
            words
            | {"row_kind": "finding"}
            | dict(zip(FINDING_WORDS, finding, strict=True))
            for finding in result.findings
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)
