"""What is asked before a commit: for each file, tests that there are."""

import pytest

from bench.mutants.drawing import read_areas
from bench.touched import asked_for
from build_help import PROJECT

AREAS, _ = read_areas()
ROOMS = sorted(
    path.relative_to(PROJECT).as_posix()
    for room in (
        *("landing", "publishing", "pages", "disclosure", "quality", "sheets"),
        "forms",
    )
    for path in (PROJECT / "scripts" / "lscb" / room).glob("[!_]*.py")
)


@pytest.mark.parametrize("name", ROOMS)
def test_a_file_of_a_room_has_tests_that_should_see_its_change(name: str) -> None:
    wanted = asked_for(name, AREAS)
    assert wanted
    assert all((PROJECT / each).exists() for each in wanted)


def test_a_module_of_tests_is_asked_itself_and_prose_asks_none() -> None:
    here = "tests/python/test_touched.py"
    assert asked_for(here, AREAS) == [here]
    assert asked_for("README.md", AREAS) == []
