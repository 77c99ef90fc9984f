"""One publication of the sample, its site and its exports, for all tests here."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from build_help import made_once
from lscb.exporting.exports import write_exports
from lscb.pages import board_pages, borough_pages, indicator_pages
from lscb.pages import site as pages
from lscb.pages.facts import Facts
from lscb.pages.figures import Page
from lscb.pages.published import Published
from lscb.publishing.history import Place
from publication.browsing import browser, page, paths, served  # noqa: F401
from publication.road import open_road


@pytest.fixture(scope="session")
def published(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The published file of the default sample, with its exports and site beside it.

    The site is drawn when the exports stand, which it names. Of what was published
    before, only what stands there is taken over.
    """
    if before := request.config.getoption("--published"):
        home = tmp_path_factory.mktemp("publication") / "published"
        return beside(before, home, ("exports", "site"))
    place: Place = request.getfixturevalue("publication")

    def make(_: Path) -> None:
        write_exports(place.file, place.published / "exports")
        pages.draw_site(place.file, place.published / "site")

    made_once(tmp_path_factory, "site", make)
    return place.file


def beside(before: Path, folder: Path, what: Sequence[str] = ("exports",)) -> Path:
    """The published file and what is beside it, by links in a folder to be written."""
    folder.mkdir()
    for name in ("lscb.duckdb", *what):
        if (before / name).exists():
            (folder / name).symlink_to((before / name).resolve())
    return folder / "lscb.duckdb"


@pytest.fixture(scope="session")
def exports(published: Path) -> Path:
    """The exports of the published file, beside it."""
    folder = published.parent / "exports"
    if not folder.exists():
        write_exports(published, folder)
    return folder


@pytest.fixture(scope="session")
def site(published: Path, exports: Path) -> Path:
    """The site of the published file, beside it."""
    folder = published.parent / "site"
    if not folder.exists():
        pages.draw_site(published, folder)
    return folder


@pytest.fixture(scope="session")
def plain_site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site without its charts, which take most of the time."""

    def no_charts(drawings: list) -> list[str]:
        return ["<svg></svg>"] * len(drawings)

    def make(home: Path) -> None:
        file = beside(published.parent, home / "published")
        with mock.patch.object(pages, "draw_all", no_charts):
            pages.draw_site(file, file.parent / "site")

    return made_once(tmp_path_factory, "plain", make) / "published" / "site"


@pytest.fixture(scope="session")
def told(published: Path) -> Facts:
    """What the pages draw on."""
    return Facts(Published.open(published))


@pytest.fixture(scope="session")
def all_pages(told: Facts) -> list[Page]:
    """All pages, before they are drawn."""
    return [
        *board_pages.pages_of(told, []),
        *indicator_pages.pages_of(told),
        *borough_pages.pages_of(told),
    ]


@pytest.fixture(scope="session")
def road(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, to be asked by queries of the tests' own."""
    with open_road(published) as connection:
        yield connection
