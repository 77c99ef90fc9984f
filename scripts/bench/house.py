"""Measure the house itself: how large it is, and how far a change has to travel.

Each measure is a fact about the text of one project folder, so that any two commits can
be set side by side: check both out, measure both, compare. None of them is a target.
"""

import ast
import json
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

#: A reference in a model, be it quoted either way.
REFERENCE = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")
#: Some models name what they take in a list, of which `ref` reads one after another.
LISTED = re.compile(r"'(int_\w+|stg_\w+|dim_\w+|fct_\w+)'")
#: One item of a select list that is a column as it came: `name,` or `table.name`.
PASSED_ON = re.compile(r"(\w+\.)?\w+")
#: McCabe's measure of a function that is still easy to hold in mind, as ruff counts it.
EASY = 10
SQL_WORDS = re.compile(
    r"\bselect\b.*\bfrom\b|\bcreate (temp )?table\b|\binsert into\b"
    r"|\bupdate\b.*\bset\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Measure:
    """One number about the project, and what it counts."""

    name: str
    value: str


def measure(project: Path) -> list[Measure]:
    """All measures of the project in a folder."""
    models = {path.stem: path.read_text() for path in sql_of(project / "models")}
    written = {path.stem: path.read_text() for path in py_of(project / "models")}
    lines = sorted(len(text.splitlines()) for text in models.values())
    graph = graph_of(models | written)
    items = [item for text in models.values() for item in select_items(text)]
    passed = [item for item in items if PASSED_ON.fullmatch(item)]
    python = py_of(project / "scripts")
    trees = [ast.parse(path.read_text()) for path in python]
    functions, hard = complexity(project, trees)
    return [
        Measure("models in SQL, and in Python", f"{len(models)} + {len(written)}"),
        Measure("lines of models", f"{sum(lines):,}"),
        Measure("lines of a model: median", f"{statistics.median(lines):g}"),
        Measure("lines of a model: nine in ten have at most", f"{percentile(lines)}"),
        Measure("lines of a model: most", f"{lines[-1]}"),
        Measure("longest path through models, in edges", f"{longest(graph)}"),
        Measure("models that feed one other model alone", f"{lonely(graph)}"),
        Measure("select items", f"{len(items):,}"),
        Measure("of them columns passed on as they came", share(passed, items)),
        Measure("statuses written out in SQL and Python", f"{statuses(project)}"),
        Measure("lines of Python", f"{sum(map(lines_of, python)):,}"),
        Measure("lines of SQL in Python strings", f"{sum(map(sql_lines, trees)):,}"),
        Measure("entry points", f"{sum(map(starts_of, trees))}"),
        Measure("functions", f"{functions:,}"),
        Measure(f"of them over complexity {EASY}", share(hard, range(functions))),
    ]


def sql_of(folder: Path) -> list[Path]:
    """The SQL files below a folder, in order."""
    return sorted(folder.rglob("*.sql"))


def py_of(folder: Path) -> list[Path]:
    """The Python files below a folder, in order."""
    return sorted(folder.rglob("*.py"))


def lines_of(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text().splitlines())


def percentile(ordered: list[int]) -> int:
    """The least of the values that nine in ten do not exceed."""
    return ordered[-(-9 * len(ordered) // 10) - 1]


def share(part: Iterable[object], whole: Iterable[object]) -> str:
    """A count and its share, as one reads it."""
    some, every = len(list(part)), len(list(whole))
    return f"{some:,} ({100 * some / every:.1f} %)" if every else "0"


def graph_of(models: dict[str, str]) -> dict[str, set[str]]:
    """Which models each model reads, by what it refers to."""
    graph = {}
    for name, text in models.items():
        named = set(REFERENCE.findall(text))
        if re.search(r"ref\(\w+\)", text):
            named |= set(LISTED.findall(text))
        graph[name] = named & models.keys()
    return graph


def longest(graph: dict[str, set[str]]) -> int:
    """Edges of the longest path."""
    depth: dict[str, int] = {}
    for node in TopologicalSorter(graph).static_order():
        depth[node] = max((depth[each] + 1 for each in graph[node]), default=0)
    return max(depth.values())


def lonely(graph: dict[str, set[str]]) -> int:
    """Models that one other model reads, and nothing else."""
    readers = Counter(each for read in graph.values() for each in read)
    return sum(readers[node] == 1 for node in graph)


def select_items(text: str) -> list[str]:
    """The items of the select lists of a model, those of `select *` left out."""
    plain = re.sub(r"\{#.*?#\}|--[^\n]*", "", text, flags=re.DOTALL)
    found: list[str] = []
    for start in re.finditer(r"\bselect\b(?:\s+distinct\b)?", plain):
        depth, item = 0, ""
        for sign in plain[start.end() :]:
            if depth == 0 and (sign in ",)" or re.search(r"\sfrom\s$", item + sign)):
                found.append(re.sub(r"\s+from\s*$", "", item + sign.strip(",)")))
                item = ""
                if sign != ",":
                    break
            else:
                depth += {"(": 1, ")": -1}.get(sign, 0)
                item += sign
    return [each for each in map(str.strip, found) if each and not each.endswith("*")]


def statuses(project: Path) -> int:
    """Value statuses that stand as literals in SQL or Python, beside their seed."""
    seed = project / "seeds" / "reference" / "value_statuses.csv"
    named = [line.split(",")[0] for line in seed.read_text().splitlines()[1:]]
    literal = re.compile(rf"""['"]({"|".join(named)})['"]""")
    files = [
        *sql_of(project / "models"), *sql_of(project / "macros"),
        *sql_of(project / "scripts"), *py_of(project / "scripts"),
    ]  # fmt: skip
    return sum(len(literal.findall(path.read_text())) for path in files)


def sql_lines(tree: ast.AST) -> int:
    """Lines of strings that are statements."""
    return sum(
        len(node.value.strip().splitlines())
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SQL_WORDS.search(node.value)
        and not is_docstring(tree, node)
    )


def is_docstring(tree: ast.AST, wanted: ast.Constant) -> bool:
    """Whether a string is what a module, class or function says of itself."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return any(
        isinstance(node, kinds)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and node.body[0].value is wanted
        for node in ast.walk(tree)
    )


def starts_of(tree: ast.Module) -> int:
    """How many ways a module can be started by hand."""
    return sum(
        isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
        for node in tree.body
    )


def complexity(project: Path, trees: list[ast.Module]) -> tuple[int, list[str]]:
    """How many functions there are, and which are over the measure."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = sum(
        isinstance(node, kinds) for tree in trees for node in ast.walk(tree)
    )
    done = subprocess.run(
        [
            sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache",
            "--select", "C901", "--output-format", "json",
            "--config", f"lint.mccabe.max-complexity={EASY}", str(project / "scripts"),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return functions, [each["message"] for each in json.loads(done.stdout)]


def run(projects: list[Path]) -> int:
    """Print the measures of projects, one column each."""
    columns = [measure(project) for project in projects]
    width = max(len(each.name) for each in columns[0])
    for row in zip(*columns, strict=True):
        values = "".join(f"{each.value:>18}" for each in row)
        print(f"{row[0].name:<{width}}{values}")
    return 0
