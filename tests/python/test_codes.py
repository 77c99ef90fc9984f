"""Codes of indicators stand in the seeds, their prose and what the minutes decided.

Code that names one would have to be changed with the catalogue, or would go on about an
indicator that is no more. What a figure is, is a column of a seed; its code is a name.
"""

import csv
import re
from pathlib import Path

import pytest
import yaml

from build_help import PROJECT
from codes import CODE

# Models and macros, what reads and draws them, and the tests of any input: not one.
WITHOUT = (
    "models/**/*.sql",
    "models/**/*.py",
    "models/**/*__models.yml",
    "models/**/*__sources.yml",
    "models/**/*__exposures.yml",
    "models/*.md",
    "macros/**/*",
    "scripts/lscb/**/*",
    "scripts/bench/worlds/*",
    "analyses/*.sql",
    "tests/data/**/*.sql",
    "dbt_project.yml",
)
# Examples in words, which say what a finding looks like; their SQL and limits are code.
WORDS_OF_RULES = {"example"}


# A code that no catalogue has: lines that name it must be set aside.
NOBODYS = {"SG99"}


def catalogue() -> set[str]:
    path = PROJECT / "seeds" / "catalogue" / "indicators.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        return {row["indicator_id"] for row in csv.DictReader(lines)}


def named(text: str) -> set[str]:
    """The codes in a text: those of this catalogue, and any that look like one."""
    words = set(re.findall(r"\w+", text))
    return (words & catalogue()) | set(CODE.findall(text)) - NOBODYS


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


@pytest.mark.parametrize("pattern", WITHOUT)
def test_code_names_no_indicator(pattern: str) -> None:
    paths = [
        path
        for path in PROJECT.glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert paths, f"{pattern} finds nothing: it looks in the wrong place"
    assert {str(path): named(read(path)) for path in paths if named(read(path))} == {}


def test_rules_name_indicators_in_examples_alone() -> None:
    found = {}
    for path in (PROJECT / "expectations").rglob("*.yml"):
        for rule in yaml.safe_load(read(path)).get("rules", ()):
            said = {
                field: codes
                for field, text in rule.items()
                if field not in WORDS_OF_RULES and (codes := named(str(text)))
            }
            if said:
                found[rule["rule_code"]] = said
    assert found == {}


def test_a_code_would_be_found() -> None:
    code = min(catalogue())
    assert named(f"where indicator_id = '{code}'") == {code}
    assert named("in ('SG34', 'CX01')") == {"SG34", "CX01"}
    assert named("indicator_id = source.indicator_id") == set()
