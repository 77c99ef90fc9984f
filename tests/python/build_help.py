"""What the tests need to land and build into folders of their own."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from filelock import FileLock

from bench.template import Template
from lscb.dbt import messages_of
from lscb.quality.invariants import Invariant, as_at, failing
from lscb.settings import in_project

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"

# Long after everything in the sample fell due.
AS_OF = "2011-03-31"
# A build of dbt's own, whose data tests are asked afterwards (`hold`), if at all.
ONLY_MODELS = ("build", "--no-write-json")
ONLY_MODELS += ("--exclude-resource-type", "test", "unit_test")


@dataclass(frozen=True)
class Build:
    """One build: its folders, and a connection that only reads."""

    landing: Path
    lake: Path
    warehouse: Path
    marts: duckdb.DuckDBPyConnection

    @classmethod
    def of(cls, landing: Path, folder: Path, lake: Path | None = None) -> "Build":
        """What was built below a folder before, of its own lake where none is named."""
        warehouse = folder / "warehouse.duckdb"
        marts = duckdb.connect(str(warehouse), read_only=True)
        return cls(landing, lake or folder / "lake", warehouse, marts)

    @property
    def target(self) -> Path:
        """What dbt wrote, of a build that keeps it."""
        return self.warehouse.parent / "target"


def made_once(
    temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], object]
) -> Path:
    """A folder of the whole run, filled by the first process that asks for it.

    A process that comes while it is filled waits. Where filling failed, all fail alike.
    """
    root = temporary.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / f"once-{name}"
    whole = root / f"once-{name}.whole"
    with FileLock(root / f"once-{name}.lock"):
        if not folder.exists():
            folder.mkdir()
            make(folder)
            whole.touch()
    if not whole.exists():
        pytest.fail(f"the {name} that the tests share could not be made: see above")
    return folder


@contextmanager
def environment(
    landing: Path, lake: Path, warehouse: Path, as_of: str = AS_OF
) -> Iterator[None]:
    """The variables of one build, and the project as working directory."""
    wanted = {
        "LSCB_LANDING": str(landing),
        "LSCB_LAKE": str(lake),
        "LSCB_WAREHOUSE": str(warehouse),
        "LSCB_AS_OF": as_of,
    }
    with in_project(wanted):
        yield


def run_dbt(*arguments: str) -> None:
    """Run dbt in this process; a failure carries what dbt says of every bad node."""
    result = dbtRunner().invoke(
        [
            *arguments,
            "--project-dir",
            str(PROJECT),
            "--profiles-dir",
            str(PROJECT),
            "--quiet",
        ]
    )
    DuckDBConnectionManager.close_all_connections()
    assert result.success, messages_of(result)


def hold(warehouse: Path, invariants: Iterable[Invariant], as_of: str = AS_OF) -> None:
    """Every data test given holds in a warehouse, as at the day of its build."""
    failures = failing(warehouse, as_at(invariants, as_of))
    assert not failures, "\n".join(map(str, failures))


def build(landing: Path, folder: Path, as_of: str = AS_OF) -> Build:
    """Land and build what a landing folder holds, by dbt, below a folder of its own."""
    with environment(landing, folder / "lake", folder / "warehouse.duckdb", as_of):
        run_dbt(*ONLY_MODELS)
    return Build.of(landing, folder)


def build_from(
    template: Template,
    landing: Path,
    folder: Path,
    as_of: str = AS_OF,
    lake: Path | None = None,
) -> Build:
    """The same in half the time: seeds as loaded before, and columns undescribed.

    A lake that others have landed may be named; without, there is one in the folder.
    """
    warehouse = folder / "warehouse.duckdb"
    with environment(landing, lake or folder / "lake", warehouse, as_of):
        result = template.build(warehouse)
    assert result.success, messages_of(result)
    return Build.of(landing, folder, lake)
