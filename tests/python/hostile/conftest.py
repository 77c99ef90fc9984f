"""The corpus, landed once for all tests of this folder."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hostile.corpus import write_corpus
from lscb.landing import Settings, land


@dataclass(frozen=True)
class Landed:
    """The folders, and every line that landing said."""

    settings: Settings
    said: list[str]


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landed]:
    """Land the corpus; half a gigabyte, removed when the tests are over."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    settings = Settings(landing=folder / "landing", lake=folder / "lake")
    settings.landing.mkdir()
    write_corpus(settings.landing)
    said: list[str] = []
    land(settings=settings, say=said.append)
    yield Landed(settings, said)
    shutil.rmtree(folder)
