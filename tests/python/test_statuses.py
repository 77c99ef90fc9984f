"""No list of statuses stands in code: what is asked of one is declared with it.

A list would have to be found and changed with every status that comes, in each place.
One status is named where it is made or is what is spoken of. The tests of data and the
questions of readers name theirs: they are a second road, or speak of nothing else.
"""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from build_help import PROJECT

SQL = ("models/**/*.sql", "macros/**/*.sql", "scripts/**/*.sql")
PYTHON = ("scripts/**/*.py", "models/**/*.py")
DECLARED = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))["vars"]
KINDS = ("statuses", "file_statuses", "coverage_statuses", "result_statuses")


def words_of_figures() -> set[str]:
    path = PROJECT / "seeds" / "reference" / "value_statuses.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        return {row["value_status"] for row in csv.DictReader(lines)}


WORDS = [words_of_figures(), *(set(DECLARED[kind]) for kind in KINDS[1:])]

LISTED = re.compile(r"\bin\s*\(([^()]*)\)", re.IGNORECASE)
ONE = r"([\w.]+)\s*(?:=|<>|!=)\s*'([^']+)'"
STRUNG = re.compile(rf"{ONE}\s+(?:or|and)\s+(?={ONE})", re.IGNORECASE)


def is_list(words: set[str]) -> bool:
    """Whether two or more of the words are statuses of one kind."""
    return any(len(words & of_kind) > 1 for of_kind in WORDS)


def in_sql(text: str) -> Iterator[str]:
    """The lists of statuses in SQL: in brackets, or one comparison after another."""
    plain = re.sub(r"\{#.*?#\}|--[^\n]*", "", text, flags=re.DOTALL)
    for found in LISTED.finditer(plain):
        if is_list(set(re.findall(r"'([^']+)'", found[1]))):
            yield " ".join(found[0].split())
    for found in STRUNG.finditer(plain):
        column, word, other_column, other = found.groups()
        if column == other_column and is_list({word, other}):
            yield f"{column}: {word}, {other}"


def in_python(text: str) -> Iterator[str]:
    """The lists of statuses in Python, and in the SQL of its strings."""
    tree = ast.parse(text)
    # `A, B = "a", "b"` gives each word a name, and asks nothing of them together.
    named = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from in_sql(node.value)
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and node not in named:
            words = {each.value for each in node.elts if isinstance(each, ast.Constant)}
            if is_list(words):
                yield ast.unparse(node)


def files(patterns: tuple[str, ...]) -> list[Path]:
    found = [path for pattern in patterns for path in PROJECT.glob(pattern)]
    assert len(found) > 50, f"{patterns} finds next to nothing"
    return sorted(found)


@pytest.mark.parametrize("patterns, lists_in", [(SQL, in_sql), (PYTHON, in_python)])
def test_no_list_of_statuses_stands_in_code(patterns, lists_in) -> None:
    found = {
        path.relative_to(PROJECT).as_posix(): lists
        for path in files(patterns)
        if (lists := [*lists_in(path.read_text(encoding="utf-8"))])
    }
    assert found == {}


def test_a_list_would_be_found() -> None:
    assert [*in_sql("where a not in (\n    'reported', 'partial'\n)")]
    assert [*in_sql("x.a = 'accepted' or x.a = 'superseded' or x.a = 'z'")]
    assert [*in_python("IN_ORDER = {'on time', 'not due'}")]
    assert [*in_python("ask(\"where status in ('passed', 'failed')\")")]
    assert not [
        *in_sql("where a = 'reported' or b = 'partial' -- in ('partial', 'refused')")
    ]
    assert not [*in_python("REPORTED, PARTIAL = 'reported', 'partial'")]
    assert not [*in_python("('refused', 'files', 'twice')")]
