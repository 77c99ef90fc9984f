"""Many builds of the project: parsed once, and the seeds loaded once for all of them.

dbt takes half of the time of a small build to read the project, to load its seeds and
to describe columns. Whoever builds many small warehouses begins each with a copy, and
asks the data tests of it over one connection (`lscb.quality.invariants`).
"""

import logging
import shutil
from pathlib import Path

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from lscb.dbt import QUIETLY, parse_undescribed
from lscb.parsed import take_over_parsed
from lscb.quality.invariants import SOME_DAY, invariant_of, is_test
from lscb.settings import in_project


def _quiet(*arguments: str) -> list[str]:
    return [*arguments, *QUIETLY, "--no-write-json"]


class Template:
    """The project as parsed, and a warehouse that holds its seeds and nothing else."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.warehouse = folder / "template" / "warehouse.duckdb"
        self.warehouse.parent.mkdir(exist_ok=True)
        self.warehouse.unlink(missing_ok=True)
        logging.raiseExceptions = False
        variables = {
            "LSCB_WAREHOUSE": self.warehouse,
            "LSCB_AS_OF": SOME_DAY,
            "DBT_TARGET_PATH": folder / "target",
            "DBT_LOG_PATH": folder / "logs",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        take_over_parsed(folder / "target")
        with in_project(variables):
            self.manifest: Manifest = parse_undescribed()
            seeded = dbtRunner(manifest=self.manifest).invoke(_quiet("seed"))
            DuckDBConnectionManager.close_all_connections()
            if not seeded.success:
                raise RuntimeError(f"the seeds cannot be loaded: {seeded.exception}")
            compiled = dbtRunner(manifest=self.manifest).invoke(
                _quiet("compile", "--select", "resource_type:test")
            )
            DuckDBConnectionManager.close_all_connections()
            if not compiled.success:
                raise RuntimeError(f"no data test compiles: {compiled.exception}")
            nodes = [each.node.to_dict() for each in compiled.result.results]
            self.invariants = [invariant_of(node) for node in nodes if is_test(node)]

    def build(self, warehouse: Path, *selected: str) -> dbtRunnerResult:
        """Land and build every model, or what is selected, by the environment.

        A warehouse that is not there yet begins as a copy of the one with the seeds.
        """
        if not warehouse.exists():
            shutil.copyfile(self.warehouse, warehouse)
        result = dbtRunner(manifest=self.manifest).invoke(_quiet("run", *selected))
        DuckDBConnectionManager.close_all_connections()
        return result
