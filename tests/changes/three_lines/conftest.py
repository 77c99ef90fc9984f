"""The project with all that CONTRIBUTING tells, built once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from build_help import Build
from changing import SECTIONS, SIZE, World, changes_of, copy_project, make


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The project with all that CONTRIBUTING tells to add, change and withdraw."""
    project = copy_project(tmp_path_factory.mktemp("grown") / "project")
    for change in changes_of(*SECTIONS):
        make(project, change)
    world = World(project, tmp_path_factory.mktemp("grown_made"))
    world.do("docs")
    world.do("sample", "--size", SIZE)
    world.do("build")
    world.do("quality")
    return world


@pytest.fixture(scope="session")
def sample(grown: World) -> Path:
    """The sample of the project that grew, for the tests of its truth."""
    return grown.landing


@pytest.fixture(scope="session")
def warehouse(grown: World) -> Iterator[Build]:
    """The warehouse of the project that grew, for the tests of its truth."""
    with grown.warehouse() as built:
        yield built
