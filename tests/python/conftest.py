"""What the tests share: one sample, landed and built once, and the public data.

Tests may run side by side in several processes. What takes long to make is made by the
first that needs it, in a folder of the whole run; each process has its own for what dbt
writes.
"""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from build_help import PROJECT, SHARED, Build, build, made_once
from codes import CODE, is_another_catalogue
from lscb.quality.invariants import Invariant, compile_project, read_invariants
from lscb.sample import make_sample

ANOTHER = pytest.mark.skip(reason="speaks of another catalogue's indicators")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the modules that name indicators, where the catalogue has none of them.

    A module speaks of codes where it or a helper of its folder names one.
    """
    if not is_another_catalogue():
        return
    for item in items:
        if item.path.name != "test_codes.py" and _names_codes(item.path):
            item.add_marker(ANOTHER)


@cache
def _names_codes(module: Path) -> bool:
    shared = [
        path
        for path in module.parent.glob("*.py")
        if not path.name.startswith("test_") and module.parent.name != "python"
    ]
    return any(
        CODE.search(path.read_text(encoding="utf-8")) for path in (module, *shared)
    )


def pytest_configure() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["DBT_TARGET_PATH"] = str(PROJECT / "target" / worker)
        os.environ["DBT_LOG_PATH"] = str(PROJECT / "logs" / worker)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What was built before may be asked again, as the bench of mutants does."""
    parser.addoption(
        "--built",
        type=Path,
        help="a folder with landing, lake and warehouse.duckdb of the default sample",
    )
    parser.addoption(
        "--published",
        type=Path,
        help="a folder with lscb.duckdb, and perhaps exports, of the default sample",
    )
    parser.addoption(
        "--planted",
        type=Path,
        help="a folder with warehouse.duckdb, built with a fault of every kind in it",
    )


@pytest.fixture(scope="session")
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The default sample, as `make sample` writes it."""
    if built := request.config.getoption("--built"):
        return built / "landing"
    folder = made_once(
        tmp_path_factory, "sample", lambda folder: make_sample(folder / "landing")
    )
    return folder / "landing"


@pytest.fixture(scope="session")
def warehouse(
    request: pytest.FixtureRequest,
    sample: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Build]:
    """The default sample, built, with every dbt test passed; what dbt wrote beside."""

    def make(folder: Path) -> None:
        build(sample, folder).marts.close()
        target = Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target")
        shutil.copytree(target, folder / "target")

    folder = request.config.getoption("--built") or made_once(
        tmp_path_factory, "warehouse", make
    )
    built = Build.of(sample, folder)
    yield built
    built.marts.close()


@pytest.fixture(scope="session")
def invariants(tmp_path_factory: pytest.TempPathFactory) -> list[Invariant]:
    """Every dbt data test, compiled once, to be asked of any warehouse in seconds."""
    return read_invariants(compile_project(tmp_path_factory.mktemp("compiled")))


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of published files, where this checkout has it beside it."""
    folder = SHARED / "real"
    if not folder.is_dir():
        pytest.skip("the published files are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def public_warehouse(
    public_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Build]:
    """Published MPS and DfE files, landed under their contract's names, and built."""
    from lscb.public_data import copy_public_data

    def make(folder: Path) -> None:
        copy_public_data(public_data, folder / "landing")
        build(folder / "landing", folder, as_of="2026-11-28").marts.close()

    folder = made_once(tmp_path_factory, "public", make)
    built = Build.of(folder / "landing", folder)
    yield built
    built.marts.close()
