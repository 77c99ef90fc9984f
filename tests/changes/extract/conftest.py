"""The project with the senders and files that CONTRIBUTING tells to add, built once."""

from collections.abc import Iterator

import duckdb
import pytest

from changing import EXTRACT_SECTIONS, SIZE, World, changes_of, copy_project, make, run
from sent_by_hand import FILES, placed_in


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The project with three kinds of files more, placed, landed and built."""
    project = copy_project(tmp_path_factory.mktemp("grown") / "project")
    for change in changes_of(*EXTRACT_SECTIONS):
        make(project, change)
    world = World(project, tmp_path_factory.mktemp("grown_made"))
    world.do("docs")
    world.do("sample", "--size", SIZE)
    mailbox = tmp_path_factory.mktemp("mailbox")
    for name, _, header, lines in FILES:
        (mailbox / name).write_text(
            "\n".join((header, *lines)) + "\n", encoding="utf-8"
        )
    world.do("add", "--yes", *(str(mailbox / name) for name, *_ in FILES))
    placed = [str(path) for path in placed_in(world.landing)]
    checked = run(world.project, world.folder, "lscb", "check", *placed)
    assert checked.returncode == 1, checked.stderr
    world.said["check"] = checked.stdout
    world.do("build")
    world.do("quality")
    return world


@pytest.fixture(scope="session")
def marts(grown: World) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working warehouse of the copy."""
    with grown.opened("warehouse.duckdb") as connection:
        yield connection


@pytest.fixture(scope="session")
def published(grown: World) -> Iterator[duckdb.DuckDBPyConnection]:
    """What the copy published."""
    with grown.opened("published/lscb.duckdb") as connection:
        yield connection
