"""Places and senders are in the seeds: code that names one counts London alone."""

import csv
import re

import pytest

from build_help import PROJECT

WITHOUT = (
    "models/**/*.sql",
    "models/**/*.py",
    "macros/**/*.sql",
    "tests/data/**/*.sql",
    "scripts/lscb/**/*.py",
    "scripts/lscb/**/*.sql",
    "scripts/lscb/pages/templates/*",
    "scripts/lscb/pages/words.yml",
)
# Areas of elsewhere in the statistics of the sample, and England, of which they are.
ELSEWHERE = {"E12000006", "E06000033", "E10000015", "E92000001"}
# How a command is called is shown by an example.
EXAMPLES = {
    "cli.py",
    "common_ground.py",
    "due.py",
    "explain.py",
    "forget.py",
    "write_forms.py",
}


def names() -> set[str]:
    """The names and codes of this region's areas, and the codes of its senders."""
    found = set()
    for seed, columns in (
        ("areas", ("area_code", "area_name", "pct_code")),
        ("senders", ("sender_code",)),
    ):
        path = PROJECT / "seeds" / "reference" / f"{seed}.csv"
        with path.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        found |= {row[column] for row in rows for column in columns if row[column]}
    # what every region has: a place for what is nowhere, and those who publish for all
    return found - {"UNALLOCATED", "OFSTED", "ONS", "DFE"}


def named(text: str) -> set[str]:
    words = "|".join(map(re.escape, sorted(names(), key=len, reverse=True)))
    return set(re.findall(rf"\b(?:{words}|E\d{{8}})\b", text)) - ELSEWHERE


@pytest.mark.parametrize("pattern", WITHOUT)
def test_code_names_no_place_and_no_sender(pattern: str) -> None:
    paths = [
        path
        for path in PROJECT.glob(pattern)
        if path.is_file() and path.name not in EXAMPLES
    ]
    assert paths or pattern == "models/**/*.py"
    found = {
        path.relative_to(PROJECT).as_posix(): said
        for path in paths
        if (said := named(path.read_text(encoding="utf-8", errors="ignore")))
    }
    assert found == {}


def test_a_place_would_be_found() -> None:
    assert named("where area_code = 'E12000007'") == {"E12000007"}
    assert named("in ('MPS', 'Croydon')") == {"MPS", "Croydon"}
    assert named("london_value") == set()


def test_examples_are_there() -> None:
    there = {path.name for path in (PROJECT / "scripts" / "lscb").glob("*.py")}
    assert there >= EXAMPLES
