"""The plugin by which dbt lands: a staging model lands its extract before it reads.

profiles.yml names it (`module: landing.plugin`, with scripts/ among the module paths).
It gives DuckDB a function that the staging models' pre-hooks call (macros/engines/
land.sql), so that parsing, compiling and documenting land nothing, and a build of one
staging model lands that extract and no more.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.events.logging import AdapterLogger
from dbt.flags import get_flags
from duckdb import DuckDBPyConnection
from duckdb.sqltypes import VARCHAR

from landing import LandingError, Settings, land, nothing_to_land

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

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Give the engine the functions that the pre-hooks and the start hook call."""
        conn.create_function(
            "land_extract", _land_extract, [VARCHAR], VARCHAR, side_effects=True
        )
        conn.create_function(
            "what_stops_landing",
            _what_stops_landing,
            [],
            VARCHAR,
            side_effects=True,
            null_handling="special",
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


def _land_extract(extract: str) -> str:
    """Land one extract; in lake-only mode show the lake as it stands."""
    extracts = [] if os.environ.get(MODE) == LAKE_ONLY else [extract]
    with _lock:
        result = land(extracts, _settings(), _logger.info)
    return f"{extract}: {len(result.read)} files read"


def _what_stops_landing() -> str | None:
    """A sentence where there is nothing to build from, otherwise nothing."""
    return nothing_to_land(_settings())


def _settings() -> Settings:
    """The folders: of the dbt var `landing` if it is given, else of the environment."""
    settings = Settings.from_environment()
    landing = (getattr(get_flags(), "VARS", None) or {}).get("landing")
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
