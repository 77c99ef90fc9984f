"""A fault of nearly every kind, planted in the sample: each is found, and nothing else.

The corpus says of each kind where it can stand, how it is planted and which rule must
name it, with which keys. `lscb bench faults` does the same in many places.
"""

import random
from pathlib import Path
from typing import Any

import pytest
from test_withholding import build_again

from bench.faults import SEED, Planted, corpus, judged, plant
from bench.template import Template
from build_help import Build


@pytest.fixture(scope="module")
def spoilt(
    request: pytest.FixtureRequest,
    template: Template,
    warehouse: Build,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[list[Planted], list[dict[str, Any]]]:
    """What was planted, and the flags that nothing planted explains."""
    copy: Path = tmp_path_factory.mktemp("planted") / warehouse.warehouse.name
    faults = plant(warehouse.warehouse, copy, corpus(), random.Random(SEED))
    if before := request.config.getoption("--planted"):
        copy = before / warehouse.warehouse.name
    else:
        build_again(template, warehouse, copy)
    return faults, judged(faults, warehouse.warehouse, copy)


def test_every_fault_is_found(
    spoilt: tuple[list[Planted], list[dict[str, Any]]],
) -> None:
    faults, _ = spoilt
    # Each has a file or borough of its own; for some kinds none is left.
    assert len(faults) > 0.85 * len(corpus())
    missed = [
        (fault.kind["kind"], fault.wanted) for fault in faults if not fault.caught_by
    ]
    assert missed == []


def test_the_first_rule_of_each_says_how_grave_it_is(
    spoilt: tuple[list[Planted], list[dict[str, Any]]],
) -> None:
    faults, _ = spoilt
    assert [(f.kind["kind"], f.named_wrongly) for f in faults if f.named_wrongly] == []


def test_nothing_else_is_found(
    spoilt: tuple[list[Planted], list[dict[str, Any]]],
) -> None:
    _, strays = spoilt
    assert [(flag["rule_code"], flag["message"]) for flag in strays] == []
