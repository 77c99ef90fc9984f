"""Forms of every borough, filled in, landed and counted once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from filling import PERIODS, Forms, fill

from bench.template import Template
from build_help import Build, build_from, environment, made_once
from lscb.write_forms import make_forms


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Forms:
    """The forms of every sender, for a quarter, a financial and an academic year."""

    def make(folder: Path) -> None:
        with environment(folder / "none", folder / "lake", folder / "none.duckdb"):
            for period in PERIODS:
                assert make_forms(period, out=folder / "forms") == 0

    return Forms(made_once(tmp_path_factory, "forms", make) / "forms")


@pytest.fixture(scope="session")
def returned(
    forms: Forms, template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Build]:
    """All forms filled in by openpyxl, landed and counted."""

    def make(folder: Path) -> None:
        landing = folder / "landing" / "lscb_return"
        for _, _, path, written in forms.every():
            fill(path, landing / path.name, written)
        built = build_from(template, folder / "landing", folder, as_of="2008-12-31")
        built.marts.close()

    folder = made_once(tmp_path_factory, "returned", make)
    built = Build.of(folder / "landing", folder)
    yield built
    built.marts.close()
