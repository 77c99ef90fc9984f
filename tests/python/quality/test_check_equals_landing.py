"""What is checked before it is sent fares as it does when it is landed.

`lscb bench check` holds the two against each other over whole landing folders. Here the
default sample is checked all at once, and files of the hostile corpus are taken as
check takes them, each alone.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from bench.checked import (
    FOUND,
    LANDED,
    by_build,
    by_check,
    by_ledger,
    counterparts,
    differing,
    landed_alone,
)
from build_help import AS_OF, Build
from hostile.conftest import Landed, landed
from lscb.check import check
from lscb.landing.reference import Reference, load_reference
from lscb.settings import PROJECT, Settings

pytestmark = pytest.mark.long

__all__ = ["landed"]
"""A fixture, which pytest finds here by its name."""


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(PROJECT / "seeds")


def test_every_file_of_the_sample_is_told_the_same(
    sample: Path,
    warehouse: Build,
    reference: Reference,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LSCB_AS_OF", AS_OF)
    files, without = counterparts(sample, reference)
    assert without == []
    built = by_build(warehouse.warehouse)
    assert set(built) == set(files)
    checked = by_check(
        check(list(files.values()), [], Settings.from_environment(), tmp_path)
    )
    sections = (*LANDED, FOUND)
    rows = {each: sum(len(built[name][each]) for name in files) for each in sections}
    assert rows["received"] == len(files)
    assert all(rows[each] > 100 for each in ("set_aside", "noticed", FOUND)), rows
    differences = [
        each for name in files for each in differing(name, built, checked, sections)
    ]
    assert differences == []


def test_every_hostile_file_fares_alone_as_in_company(
    landed: Landed, reference: Reference
) -> None:
    """Of files of which the ledger has another's bytes, it says nothing of its own."""
    files, without = counterparts(landed.settings.landing, reference)
    ledger = by_ledger(landed.settings.lake)
    compared = [name for name in files if name in ledger]
    assert len(compared) > 240
    assert len(without) < 20
    differences = {
        name: (said, ledger[name])
        for name in compared
        if (said := landed_alone(files[name], reference).get(name)) != ledger[name]
    }
    assert differences == {}


def test_what_only_one_of_the_two_says_is_a_difference() -> None:
    there, here = (defaultdict(lambda: defaultdict(set)) for _ in range(2))
    there["a.csv"]["received"] = {("accepted",), ("refused",)}
    here["a.csv"]["received"] = {("accepted",), ("superseded",)}
    assert differing("a.csv", there, here, LANDED) == [
        "a.csv, received: the build only ('refused',)",
        "a.csv, received: check only ('superseded',)",
    ]
