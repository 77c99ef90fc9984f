"""Ask of what was touched since the last commit: its linter, unit tests and modules.

Which tests should see a change of which file stands in `mutants/areas.yml`, and is held
by the bench of careless changes. Here the cheapest of them are asked, three modules at
most; `make test` asks all.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bench.mutants.checking import Nodes
from bench.mutants.drawing import Area, read_areas
from lscb.settings import PROJECT, Settings

MOST = 3
"""Modules of tests that may be asked within a minute."""
LINTED = ("models", "tests/data", "analyses")


def run() -> int:
    """Ask; 0 where all held, 1 where something did not."""
    touched = files_touched()
    print(f"{len(touched)} files touched since the last commit.", flush=True)
    return int(not all([lint(touched), unit_tests(touched), modules(touched)]))


def files_touched() -> list[str]:
    """What differs from the last commit and still is there, by path."""
    listed = set()
    for what in (
        ("diff", "--name-only", "-z", "HEAD"),
        ("ls-files", "--others", "--exclude-standard", "-z"),
    ):
        said = subprocess.run(
            ("git", *what), cwd=PROJECT, capture_output=True, check=True, text=True
        ).stdout
        listed.update(filter(None, said.split("\0")))
    return sorted(name for name in listed if (PROJECT / name).is_file())


def lint(touched: Iterable[str]) -> bool:
    """Whether sqlfluff has nothing against the SQL that dbt reads."""
    files = [
        name for name in touched if name.endswith(".sql") and name.startswith(LINTED)
    ]
    return not files or succeeds("sqlfluff", "lint", *files)


def unit_tests(touched: Iterable[str]) -> bool:
    """Whether the models' unit tests hold; they need a warehouse that is built."""
    nodes = Nodes.read(PROJECT / "target" / "manifest.json")
    models = sorted(
        {
            model
            for name in touched
            if name.startswith(("models/", "macros/"))
            for model in nodes.models_of(name)
            if model in nodes.with_unit_tests
        }
    )
    if not models:
        return True
    warehouse = Settings.from_environment().warehouse
    if not warehouse.exists():
        print(
            f"No unit tests of models: there is no {warehouse}; `make build` makes it."
        )
        return False
    chosen = (f"{model},test_type:unit" for model in models)
    return succeeds("dbt", "--quiet", "test", "--select", *chosen)


def modules(touched: Iterable[str]) -> bool:
    """Whether the modules of tests hold that should see a change of these files."""
    areas, _ = read_areas()
    wanted = list(dict.fromkeys(m for name in touched for m in asked_for(name, areas)))
    for each in wanted[MOST:]:
        print(f"Not asked here: {each}")
    return not wanted or succeeds("pytest", *wanted[:MOST])


def asked_for(name: str, areas: Iterable[Area]) -> list[str]:
    """The cheapest module that should see a change of a file, or the module itself."""
    path = Path(name)
    if path.name.startswith("test_") and name.startswith("tests/python/"):
        return [name]
    for area in areas:
        if any(path.match(pattern) for pattern in area.files):
            for check in area.checks:
                if any(part in name for part in check["files"]):
                    return check["tests"][0].split()
            return area.then[0].split() if area.then and not area.is_built else []
    return []


def succeeds(command: str, *arguments: str) -> bool:
    """Whether a command of the environment ends well; it speaks for itself."""
    place = Path(sys.executable).with_name(command)
    # What `lscb` has set for its own help is none of theirs.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("_TYPER")}
    done = subprocess.run((place, *arguments), cwd=PROJECT, env=kept, check=False)
    return done.returncode == 0
