"""Which changes are drawn: by a seed and by what they say, of every rule in turn.

A draw of more begins with the draw of fewer, and a change elsewhere in the project
hardly moves it: what decides is a digest of the seed and of the words of the change.
"""

import fnmatch
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from bench.mutants import python_rules, sql_rules
from bench.mutants.edits import Edit, Mutant, mutant_of

HERE = Path(__file__).resolve().parent
BRACES = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Area:
    """A part of the project: its files, how many are drawn, what should see them."""

    name: str
    files: tuple[str, ...]
    without: tuple[str, ...]
    drawn: int
    checks: tuple[dict[str, Any], ...]
    then: tuple[str, ...]
    is_built: bool


def read_areas() -> tuple[list[Area], frozenset[str]]:
    """The areas in their order, and the names of what is only a look."""
    told = yaml.safe_load((HERE / "areas.yml").read_text(encoding="utf-8"))
    areas = [
        Area(
            name,
            tuple(area["files"]),
            tuple(area.get("without", ())),
            area["drawn"],
            tuple(area.get("checks", ())),
            tuple(area.get("then", ())),
            area.get("is_built", False),
        )
        for name, area in told["areas"].items()
    ]
    return areas, frozenset(told["look"])


def edits_of(file: Path, look: frozenset[str]) -> Iterator[Edit]:
    """Every change of a file that a rule makes."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        yield from python_rules.edits_of(text, look)
    else:
        is_jinja = "{{" in text or "{%" in text or "{#" in text
        hidden = sql_rules.JINJA if is_jinja else BRACES
        yield from sql_rules.edits_of(text, hidden)


def all_mutants(project: Path, area: Area, look: frozenset[str]) -> list[Mutant]:
    """Every change of an area, each under a key of its own."""
    found = []
    twins: Counter[str] = Counter()
    for path in sorted(
        {each for pattern in area.files for each in project.glob(pattern)}
    ):
        name = path.relative_to(project).as_posix()
        if any(fnmatch.fnmatch(name, pattern) for pattern in area.without):
            continue
        text = path.read_text(encoding="utf-8")
        edits = sorted(
            set(edits_of(path, look)), key=lambda e: (e.start, e.end, e.rule, e.text)
        )
        for edit in edits:
            mutant = mutant_of(area.name, name, text, edit)
            twin = twins[mutant.key]
            twins[mutant.key] += 1
            found.append(replace(mutant, twin=twin))
    return found


def is_sound(project: Path, mutant: Mutant) -> bool:
    """Whether the file can still be read when it is changed so."""
    path = project / mutant.file
    text = path.read_text(encoding="utf-8")
    return path.suffix != ".py" or python_rules.is_python(mutant.edit.applied(text))


def draw(project: Path, mutants: list[Mutant], seed: int, number: int) -> list[Mutant]:
    """So many changes, of every rule in turn, and of each line one at most."""

    def lot(*words: object) -> str:
        return hashlib.sha256(" ".join(map(str, (seed, *words))).encode()).hexdigest()

    heaps: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in sorted(mutants, key=lambda each: lot(each.key), reverse=True):
        heaps[mutant.rule].append(mutant)
    rules = sorted(heaps, key=lot)
    drawn: list[Mutant] = []
    lines: set[tuple[str, int]] = set()
    while len(drawn) < number and any(heaps.values()):
        for rule in rules:
            while heaps[rule] and len(drawn) < number:
                mutant = heaps[rule].pop()
                is_new = (mutant.file, mutant.line) not in lines
                if is_new and is_sound(project, mutant):
                    lines.add((mutant.file, mutant.line))
                    drawn.append(mutant)
                    break
    return drawn
