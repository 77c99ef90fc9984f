"""One publication of the sample, its site and its exports, for all tests here."""

from pathlib import Path

import pytest

from build_help import Build, made_once
from lscb.exporting.exports import write_exports
from lscb.pages.site import draw_site
from lscb.publishing.history import Place
from lscb.publishing.publish import publish


@pytest.fixture(scope="session")
def published(warehouse: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of the default sample, with its exports and site beside it.

    The site is drawn when the exports stand, which it names.
    """

    def make(home: Path) -> None:
        place = Place(home / "published", home / "history")
        file = publish(warehouse.warehouse, place).file
        write_exports(file, file.parent / "exports")
        draw_site(file, file.parent / "site")
        (home / "file").write_text(str(file), "utf-8")

    home = made_once(tmp_path_factory, "publication", make)
    return Path((home / "file").read_text("utf-8"))


@pytest.fixture(scope="session")
def exports(published: Path) -> Path:
    """The exports of the published file, beside it."""
    return published.parent / "exports"


@pytest.fixture(scope="session")
def site(published: Path) -> Path:
    """The site of the published file, beside it."""
    return published.parent / "site"
