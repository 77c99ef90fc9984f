"""The project with another catalogue in place of its own, built once.

As many indicators as appendix I had, of other codes, titles, themes and agencies, in
another order; what the reference seeds say of old codes stays beside what they say of
new ones.
"""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from build_help import PROJECT, Build
from changing import SIZE, World, copy_project

# What has no successor; of every kind some have, so that 37 remain.
GONE = {
    "SG03", "SG04", "SG07", "SG16", "SG21", "SG25", "SG27", "SG28", "SG42a", "SG42b",
    "CX02",
}  # fmt: skip


def successors() -> dict[str, str]:
    """The new code of each old one that has a successor: the last becomes the first."""
    with (PROJECT / CATALOGUE).open(newline="", encoding="utf-8") as lines:
        known = dict.fromkeys(row["indicator_id"] for row in csv.DictReader(lines))
    kept = [code for code in known if code not in GONE]
    return {code: f"LS{101 + n}" for n, code in enumerate(reversed(kept))}


OLD = re.compile(r"\b(?:SG\d\d[a-z]?|CX\d\d)\b")
CATALOGUE = "seeds/catalogue/indicators.csv"
CODES = successors()
NAMING = (
    "survey_responses",
    "statistic_columns",
    "area_exceptions",
    "indicator_breaks",
)


def rewrite(path: Path, change: Callable[[dict], list[dict]]) -> None:
    """Write a seed anew with the rows that a change makes of each."""
    with path.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        names = list(reader.fieldnames or ())
        rows = [made for row in reader for made in change(row)]
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def another(row: dict[str, str]) -> list[dict[str, str]]:
    """A row of the catalogue under its new code, or nothing."""
    code = CODES.get(row["indicator_id"])
    if code is None:
        return []
    theme = "Of the first part" if code < "LS120" else "Of the second part"
    # its notes may speak of others
    told = {
        key: OLD.sub(lambda found: CODES.get(found[0], "another"), text)
        for key, text in row.items()
    }
    return [
        told
        | {
            "indicator_id": code,
            "title": f"What {code} counts, version {row['definition_version']}",
            "short_title": f"What {code} counts",
            "theme": theme,
            "source_agency": f"Those who send {code}",
        }
    ]


def renamed(row: dict[str, str]) -> list[dict[str, str]]:
    """A row of a reference seed under the new code too; the old one stays."""
    code = CODES.get(row["indicator_id"])
    return [row, row | {"indicator_id": code}] if code else [row]


def of_one_point(row: dict[str, str]) -> list[dict[str, str]]:
    """The first point of the minutes alone, about an indicator of the new ones."""
    key = row.get("decision_id") or row["challenge_id"]
    return [row | {"indicator_ids": "LS101|LS137"}] if key in ("D03", "C01") else []


@pytest.fixture(scope="session")
def replaced(tmp_path_factory: pytest.TempPathFactory) -> World:
    project = copy_project(tmp_path_factory.mktemp("replaced") / "project")
    seeds = project / "seeds"
    rewrite(project / CATALOGUE, another)
    for name in ("decisions", "data_challenges"):
        rewrite(seeds / "catalogue" / f"{name}.csv", of_one_point)
    for name in NAMING:
        rewrite(seeds / "reference" / f"{name}.csv", renamed)
    world = World(project, tmp_path_factory.mktemp("replaced_made"))
    world.do("docs")
    world.do("sample", "--size", SIZE)
    world.do("build")
    world.do("quality")
    return world


@pytest.fixture(scope="session")
def sample(replaced: World) -> Path:
    return replaced.landing


@pytest.fixture(scope="session")
def warehouse(replaced: World) -> Iterator[Build]:
    with replaced.warehouse() as built:
        yield built


@pytest.fixture(scope="session")
def published(replaced: World) -> Iterator[duckdb.DuckDBPyConnection]:
    with replaced.opened("published/lscb.duckdb") as connection:
        yield connection
