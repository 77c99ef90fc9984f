"""The plugin by which dbt reads the lake: a source is landed when it is asked for.

profiles.yml names it (`module: landing.plugin`, with scripts/ among the module paths);
a source whose meta has `plugin: plugin` and whose name is an extract, or one of the
ledger's tables (`files`, `set_aside`, `notices`), is then read through it.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import SourceConfig
from dbt.adapters.events.logging import AdapterLogger
from dbt.flags import get_flags

from landing import LandingError, Settings, land

LEDGER_TABLES = ("files", "set_aside", "notices")
MODE = "LSCB_LANDING_MODE"
LAKE_ONLY = "lake_only"

_lock = threading.Lock()
_logger = AdapterLogger("Landing")


class Plugin(BasePlugin):
    """Lands an extract and shows what the lake holds of it."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Build the whole project once before a part of it is built on nothing.

        A part of the project reads models that it does not build. dbt opens the
        warehouse only after the plugins are there, so it can still be built here.
        """
        if os.environ.get(MODE) != LAKE_ONLY and self._is_part_on_nothing():
            _logger.info(
                f"{self._warehouse()} is not there yet: building the whole project "
                "once on what the lake holds, then the part that was asked for."
            )
            _build_whole()

    def load(self, source_config: SourceConfig) -> ds.Dataset:
        """Land what the source needs, and give the lake's records of it."""
        settings = _settings(source_config)
        name = source_config.identifier
        with _lock:
            land(_extracts_for(name), settings, _logger.info)
        if name in LEDGER_TABLES:
            return ds.dataset(settings.lake / "ledger" / f"{name}.parquet")
        folder = settings.lake / "extracts" / name
        return ds.dataset(
            sorted(str(path) for path in folder.glob("*.parquet")),
            schema=ds.dataset(folder / "_declared.parquet").schema,
        )

    def _warehouse(self) -> str:
        return "" if self.creds is None else str(self.creds.path)

    def _is_part_on_nothing(self) -> bool:
        flags = get_flags()
        is_part = any(
            getattr(flags, name, None) for name in ("SELECT", "EXCLUDE", "SELECTOR")
        )
        is_building = getattr(flags, "WHICH", None) in ("build", "run")
        path = self._warehouse()
        is_file = path not in ("", ":memory:")
        return is_part and is_building and is_file and not Path(path).exists()


def _extracts_for(name: str) -> list[str] | None:
    """What to land: the extract, all for a ledger table, nothing in lake-only mode."""
    if os.environ.get(MODE) == LAKE_ONLY:
        return []
    return None if name in LEDGER_TABLES else [name]


def _settings(source_config: SourceConfig) -> Settings:
    """The folders: of the dbt var `landing` if it is given, else of the environment."""
    settings = Settings.from_environment()
    variables = getattr(get_flags(), "VARS", None) or {}
    landing = variables.get("landing") or source_config.get("landing")
    if landing:
        settings = replace(settings, landing=Path(str(landing)).expanduser().resolve())
    return settings


def _build_whole() -> None:
    """Run dbt over the whole project, without tests, in a process of its own."""
    flags = get_flags()
    target = Path("target") / "whole"
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "build"]
    command += ["--exclude-resource-type", "test", "unit_test"]
    command += ["--target-path", str(target), "--log-path", str(target / "logs")]
    for option, name in (
        ("--project-dir", "PROJECT_DIR"),
        ("--profiles-dir", "PROFILES_DIR"),
        ("--profile", "PROFILE"),
        ("--target", "TARGET"),
    ):
        value = getattr(flags, name, None)
        if value:
            command += [option, str(value)]
    variables = getattr(flags, "VARS", None)
    if variables:
        command += ["--vars", json.dumps(variables)]
    done = subprocess.run(
        command,
        env=os.environ | {MODE: LAKE_ONLY},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LandingError(
            "The whole project, which the part asked for stands on, could not be "
            f"built; run `dbt build` to see why. Its last words: {done.stdout[-2000:]}"
        )
