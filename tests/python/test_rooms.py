"""The rooms of scripts/lscb, and their walls: who may import whom, and what beside.

docs/architecture.md draws them. What a room may not import it is given.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from build_help import PROJECT

SCRIPTS = PROJECT / "scripts"

# What any room may use; of these, each names what it uses itself.
COMMON = {
    "digits", "errors", "glossary", "harmless", "obstacles", "parsed", "private",
    "settings", "sql", "states", "statuses", "swapping",
}  # fmt: skip
WALLS = {
    "digits": set(),
    "errors": set(),
    "harmless": set(),
    "obstacles": set(),
    "sql": set(),
    "states": set(),
    "swapping": set(),
    "private": {"errors"},
    "settings": {"errors"},
    "glossary": {"settings"},
    "parsed": {"settings"},
    "statuses": {"settings"},
    "entry": COMMON,
    "dbt": COMMON | {"quality"},
    "disclosure": set(),
    "sampling": COMMON,
    "landing": COMMON,
    "quality": COMMON,
    "publishing": COMMON | {"disclosure", "quality"},
    "pages": COMMON,
    "exporting": COMMON,
    "sheets": COMMON | {"quality"},
    "forms": COMMON | {"landing"},
    "reminding": COMMON | {"forms", "landing"},
    "docs": COMMON | {"quality", "dbt"},
}
"""What each room may import of ours. What is not named here is a command."""

EXCEPTIONS = {
    ("settings", "disclosure.presets"): "the rules by name, checked before any work",
    ("cli", "bench.cli"): "the door to the benches, which are no room of lscb",
}

# Numbers in, numbers out: what could open a file or a database.
OUTSIDE = {"duckdb", "pyarrow", "pandas", "openpyxl", "sqlite3", "os", "pathlib", "io"}
READS_ITS_RULES = "disclosure.presets"

# What proves must not lean on what it proves.
APART = {
    "disclosure.attack": {"disclosure.protect", "disclosure.tables"},
    "publishing.audit": {"publishing.protection", "publishing.hiding"},
}
BENCH_APART = {
    "attacking.outsider": {"disclosure.intervals", "disclosure.protect"},
    "attacking.doors": {"disclosure", "publishing"},
}


def modules(folder: Path) -> dict[str, Path]:
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts): path
        for path in sorted(folder.rglob("*.py"))
    }


LSCB, BENCH = modules(SCRIPTS / "lscb"), modules(SCRIPTS / "bench")
ROOMS = {name.split(".")[0] for name in LSCB} - {"__init__", "__main__"}
COMMANDS = ROOMS - set(WALLS) - {"cli"}


def imported(path: Path) -> Iterator[str]:
    """What a module imports, wherever in it: modules, or names that are in them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} names a module by where it lies itself"
            yield from (f"{node.module}.{each.name}" for each in node.names)


def ours(path: Path) -> set[str]:
    """What a module imports of lscb and bench, lscb being understood."""
    return {
        name.removeprefix("lscb.")
        for name in imported(path)
        if name.split(".")[0] in ("lscb", "bench")
    }


def is_of(name: str, modules: set[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in modules)


@pytest.mark.parametrize("module", sorted(set(LSCB) - {"__init__"}))
def test_a_module_imports_what_its_room_may(module: str) -> None:
    room = module.split(".")[0]
    may = WALLS.get(room, ROOMS - {"cli", "entry"})
    may = may | {room} | ({"cli"} if room == "__main__" else set())
    may = may | ({*COMMANDS, "entry"} if room == "cli" else set())
    may = may | {what for who, what in EXCEPTIONS if who == module}
    assert [name for name in sorted(ours(LSCB[module])) if not is_of(name, may)] == []


def test_every_wall_is_of_a_room_and_every_exception_is_needed() -> None:
    assert set(WALLS) <= ROOMS
    assert {
        (who, what)
        for who, what in EXCEPTIONS
        if not any(is_of(name, {what}) for name in ours(LSCB[who]))
    } == set()


@pytest.mark.parametrize(
    "module", [each for each in LSCB if each[:11] == "disclosure."]
)
def test_disclosure_opens_nothing(module: str) -> None:
    opened = {name.split(".")[0] for name in imported(LSCB[module])} & OUTSIDE
    assert opened == ({"pathlib"} if module == READS_ITS_RULES else set())


@pytest.mark.parametrize("module", [*APART, *BENCH_APART])
def test_what_proves_leans_on_nothing_that_it_proves(module: str) -> None:
    path = LSCB.get(module) or BENCH[module]
    apart = APART.get(module) or BENCH_APART[module]
    assert [name for name in sorted(ours(path)) if is_of(name, apart)] == []


def test_dbt_lands_by_the_room_that_it_names() -> None:
    named = (PROJECT / "profiles.yml").read_text(encoding="utf-8")
    assert "module: lscb.landing.plugin" in named
    assert "landing.plugin" in LSCB
