"""A copy of the project with another region in place of London, built once."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from build_help import Build
from changing import SIZE, World, copy_project
from mereshire import settle


@pytest.fixture(scope="session")
def moved(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The project with the seeds of another region."""
    project = copy_project(tmp_path_factory.mktemp("moved") / "project")
    settle(project)
    world = World(project, tmp_path_factory.mktemp("moved_made"))
    world.do("sample", "--size", SIZE)
    world.do("build")
    world.do("quality")
    return world


@pytest.fixture(scope="session")
def sample(moved: World) -> Path:
    """The sample of the other region, for the tests of its truth."""
    return moved.landing


@pytest.fixture(scope="session")
def warehouse(moved: World) -> Iterator[Build]:
    """The warehouse of the other region, for the tests of its truth."""
    with moved.warehouse() as built:
        yield built


@pytest.fixture(scope="session")
def published(moved: World) -> Iterator[duckdb.DuckDBPyConnection]:
    """What the other region publishes."""
    with moved.opened("published/lscb.duckdb") as connection:
        yield connection
