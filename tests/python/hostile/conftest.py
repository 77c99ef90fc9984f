"""The corpus, landed once for all tests of this folder."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from build_help import made_once
from hostile.corpus import write_corpus
from lscb.landing import Settings, land


@dataclass(frozen=True)
class Landed:
    """The folders, and every line that landing said."""

    settings: Settings
    said: list[str]


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """Land the corpus: half a gigabyte."""

    def make(folder: Path) -> None:
        settings = settings_of(folder)
        settings.landing.mkdir(parents=True)
        write_corpus(settings.landing)
        said: list[str] = []
        land(settings=settings, say=said.append)
        (folder / "said.json").write_text(json.dumps(said), "utf-8")

    folder = made_once(tmp_path_factory, "hostile", make)
    said = json.loads((folder / "said.json").read_text("utf-8"))
    return Landed(settings_of(folder), said)


def settings_of(folder: Path) -> Settings:
    """Where the corpus is landed, with nothing else beside."""
    alone = folder / "corpus"
    return Settings(landing=alone / "landing", lake=alone / "lake")
