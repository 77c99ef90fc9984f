"""Forms of every borough, filled in, landed and counted once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filling import Filled, boroughs, fill, plan

from build_help import Build, build, environment, made_once
from lscb.write_forms import make_forms

PERIODS = ("2008-09Q1", "2007-08", "AY2007-08")
BLANK = "E09000002"
"""The authority that sends its form of the quarter as it got it."""


@dataclass(frozen=True)
class Forms:
    """A folder of forms by sender, and what will be written into each of them."""

    folder: Path

    def of(self, code: str, period: str) -> Path:
        """The workbook of a sender and period."""
        (path,) = (self.folder / code).glob(f"lscb_return__*__{period}__v1.xlsx")
        return path

    def every(self) -> Iterator[tuple[str, str, Path, list[Filled]]]:
        """Sender, period, form and plan of each."""
        for turn, code in enumerate(boroughs()):
            for period in PERIODS:
                path = self.of(code, period)
                is_blank = code == BLANK and period == PERIODS[0]
                yield code, period, path, [] if is_blank else plan(path, turn)


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Forms:
    """The forms of every sender, for a quarter, a financial and an academic year."""

    def make(folder: Path) -> None:
        with environment(folder / "none", folder / "lake", folder / "none.duckdb"):
            for period in PERIODS:
                assert make_forms(period, out=folder / "forms") == 0

    return Forms(made_once(tmp_path_factory, "forms", make) / "forms")


@pytest.fixture(scope="session")
def returned(forms: Forms, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """All forms filled in by openpyxl, landed and counted."""

    def make(folder: Path) -> None:
        landing = folder / "landing" / "lscb_return"
        for _, _, path, written in forms.every():
            fill(path, landing / path.name, written)
        only = ("build", "--exclude-resource-type", "test", "unit_test")
        built = build(folder / "landing", folder, *only, as_of="2008-12-31")
        built.marts.close()

    folder = made_once(tmp_path_factory, "returned", make)
    built = Build.of(folder / "landing", folder)
    yield built
    built.marts.close()
