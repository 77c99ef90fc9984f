"""One publication of the sample, its site and its exports, for all tests here."""

from pathlib import Path

import pytest

from build_help import Build
from lscb.exporting.exports import write_exports
from lscb.pages.site import draw_site
from lscb.publishing.history import Place
from lscb.publishing.publish import publish


@pytest.fixture(scope="session")
def published(warehouse: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of the default sample."""
    home = tmp_path_factory.mktemp("publication")
    place = Place(home / "published", home / "history")
    return publish(warehouse.warehouse, place).file


@pytest.fixture(scope="session")
def exports(published: Path) -> Path:
    """The exports of the published file, beside it."""
    folder = published.parent / "exports"
    write_exports(published, folder)
    return folder


@pytest.fixture(scope="session")
def site(published: Path, exports: Path) -> Path:
    """The site of the published file, drawn when the exports stand beside it."""
    folder = published.parent / "site"
    draw_site(published, folder)
    return folder
