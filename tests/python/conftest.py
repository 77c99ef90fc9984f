"""What the tests share: one sample, landed and built once, and the public data."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from build_help import SHARED, Build, build
from lscb.quality.invariants import Invariant, compile_project, read_invariants
from lscb.sample import make_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default sample, as `make sample` writes it."""
    landing = tmp_path_factory.mktemp("sample") / "landing"
    make_sample(landing)
    return landing


@pytest.fixture(scope="session")
def warehouse(
    sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Build]:
    """The default sample, built, with every dbt test passed."""
    built = build(sample, tmp_path_factory.mktemp("warehouse"))
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

    folder = tmp_path_factory.mktemp("public")
    copy_public_data(public_data, folder / "landing")
    built = build(folder / "landing", folder, as_of="2026-11-28")
    yield built
    built.marts.close()
