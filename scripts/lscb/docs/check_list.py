"""Write the list of every check into docs/decisions/0011-three-kinds-of-check.md.

What dbt and the suites hold is the list; the record says what each kind is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import TestNode

from lscb.errors import UserError
from lscb.quality.invariants import NEVER_NULL
from lscb.quality.suites import load_rules
from lscb.settings import PROJECT

RECORD = PROJECT / "docs" / "decisions" / "0011-three-kinds-of-check.md"
BEGIN = "<!-- From here on written by `make docs`. -->"


def listing(manifest: Manifest) -> str:
    """Every data test by what it looks at, the unit tests by model, rules by suite."""
    tests = [node for node in manifest.nodes.values() if isinstance(node, TestNode)]
    return "\n".join(
        [
            *_of_kind("Invariants: dbt data tests", tests, "invariant"),
            *_unit_tests(manifest),
            *_of_kind("Settings: dbt data tests of seeds", tests, "setting"),
            *_rules(),
            "",
        ]
    )


def _of_kind(title: str, tests: list[TestNode], kind: str) -> Iterator[str]:
    of_kind = [test for test in tests if test.config.meta.get("kind") == kind]
    tables: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for test in of_kind:
        if is_generic(test):
            table = test.attached_node.split(".")[-1]
            tables[table][test.test_metadata.name] += _about(test)
    yield from ("", f"### {title} ({len(of_kind):,})", "")
    yield from ("| table | tests |", "|---|---|")
    for table, kinds in sorted(tables.items()):
        said = "; ".join(
            f"{name}: {', '.join(sorted(about))}"
            for name, about in sorted(kinds.items())
        )
        yield f"| {table} | {said} |"
    yield from ("", "| of several tables | what must hold |", "|---|---|")
    for test in sorted(of_kind, key=lambda test: test.name):
        if not is_generic(test):
            said = re.findall(r"^-- (.*)$", test.raw_code.split("select")[0], re.M)
            yield f"| {test.name} | {' '.join(said)} |"


def is_generic(test: TestNode) -> bool:
    """Whether a test is attached to a table; the others have neither it nor columns."""
    return bool(getattr(test, "attached_node", None))


def _about(test: TestNode) -> list[str]:
    given = test.test_metadata.kwargs
    if test.test_metadata.name == NEVER_NULL:
        return given["columns"]
    return [given.get("column_name") or " + ".join(given["columns"])]


def _unit_tests(manifest: Manifest) -> Iterator[str]:
    models = Counter(test.model for test in manifest.unit_tests.values())
    yield from ("", f"### Invariants: dbt unit tests ({models.total():,})", "")
    yield from ("| model | unit tests |", "|---|---|")
    for model, number in sorted(models.items()):
        yield f"| {model} | {number} |"


def _rules() -> Iterator[str]:
    suites: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for rule in load_rules():
        suites[rule.suite][rule.severity].append(rule.rule_code)
    number = len(load_rules())
    yield from ("", f"### Rules ({number:,})", "")
    yield from ("| suite | rules |", "|---|---|")
    for suite, severities in sorted(suites.items()):
        said = "; ".join(
            f"{severity}: {', '.join(sorted(codes))}"
            for severity, codes in sorted(severities.items())
        )
        yield f"| {suite} | {said} |"


def as_it_should_be(manifest: Manifest) -> str:
    """The record with the list that is right now."""
    said, _, _ = RECORD.read_text(encoding="utf-8").partition(BEGIN)
    return f"{said}{BEGIN}\n{listing(manifest)}"


def is_in_step(manifest: Manifest) -> bool:
    """Whether the record lists the checks as they are."""
    return RECORD.read_text(encoding="utf-8") == as_it_should_be(manifest)


def write() -> None:
    """Write the list into its record."""
    RECORD.write_text(as_it_should_be(parsed()), encoding="utf-8")


def out_of_step() -> list[str]:
    """The record, where it does not list the checks as they are."""
    return [] if is_in_step(parsed()) else [str(RECORD.relative_to(PROJECT))]


def parsed() -> Manifest:
    """The project as dbt reads it; UserError where it cannot."""
    result = dbtRunner().invoke(
        ["parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "-q"]
    )
    if not result.success:
        raise UserError(f"The project cannot be read: {result.exception}")
    return result.result
