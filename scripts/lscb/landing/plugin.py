"""The plugin by which dbt lands files: two functions that models may call in SQL.

profiles.yml names it (`module: lscb.landing.plugin`, on the module path scripts/).
`land_extract(name)` lands one extract before its staging model reads the lake;
`what_stops_landing()` gives the sentence that ends a build on nothing, or null.
"""

import glob
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.events.logging import AdapterLogger
from dbt.flags import get_flags
from duckdb import DuckDBPyConnection

from lscb.landing import LandingError, land, nothing_to_land
from lscb.landing.mixing import what_is_mixed
from lscb.parsed import take_over_parsed
from lscb.settings import Settings
from lscb.sql import literal

_lock = threading.Lock()
_logger = AdapterLogger("Landing")


class Plugin(BasePlugin):
    """Lands an extract and shows what the lake holds of it."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Name the warehouse, and build it where a part of it is built on nothing.

        profiles.yml reads no setting: which file is the warehouse is said here. A part
        of the project reads models that it does not build. dbt opens the warehouse only
        after the plugins are there, so it can still be built here.

        The warehouse holds records: it is for the owner alone, whoever calls dbt. What
        the engine writes beside it (its log of writes, what does not fit in memory)
        comes and goes, so the process itself writes for the owner alone from here on.
        """
        for attachment in self.creds.attach if self.creds else ():
            attachment.path = str(_settings().warehouse)
        os.umask(0o077)
        if self.creds and self.creds.attach and _settings().warehouse.is_file():
            _settings().warehouse.chmod(0o600)
        if _what_stops_landing() is None and self._is_part_on_nothing():
            _logger.info(
                f"{_settings().warehouse} holds nothing yet: building the whole "
                "project once on what the lake holds, then the part that was asked for."
            )
            _build_whole()

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Give the engine the two functions."""
        conn.create_function(
            "land_extract",
            _land_extract,
            ["VARCHAR"],
            "BIGINT",
            side_effects=True,
        )
        conn.create_function(
            "what_stops_landing",
            _what_stops_landing,
            [],
            "VARCHAR",
            null_handling="special",
            side_effects=True,
        )

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Tell each session where the lake is, as a pattern that means that folder."""
        lake = glob.escape(str(_settings().lake))
        cursor.execute(f"set variable lake = {literal(lake)}")
        if self.creds is not None:
            cursor.execute(f"use {self.creds.database}")

    def _is_part_on_nothing(self) -> bool:
        flags = get_flags()
        is_part = any(
            getattr(flags, name, None) for name in ("SELECT", "EXCLUDE", "SELECTOR")
        )
        is_building = getattr(flags, "WHICH", None) in ("build", "run")
        is_building = is_building and not _settings().is_lake_only
        return is_part and is_building and _is_empty(_settings().warehouse)


def _is_empty(warehouse: Path) -> bool:
    """Whether a warehouse is not there, or holds no table."""
    if not warehouse.exists():
        return True
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = "select count(*) from information_schema.tables"
        return connection.execute(query).fetchone() == (0,)


def _land_extract(extract: str) -> int:
    """Land one extract; return how many files were read."""
    settings = _settings()
    extracts = [] if settings.is_lake_only else [extract]
    with _lock:
        return len(land(extracts, settings, _logger.info).read)


def _what_stops_landing() -> str | None:
    """Why there is nothing to build on, or None."""
    settings = _settings()
    if settings.is_lake_only:
        return None
    return nothing_to_land(settings) or what_is_mixed(settings)


def _settings() -> Settings:
    """The folders: of the dbt var `landing` if it is given, else of the environment."""
    landing = (getattr(get_flags(), "VARS", None) or {}).get("landing")
    given = {"LSCB_LANDING": str(landing)} if landing else {}
    return Settings.from_environment(os.environ | given)


def _build_whole() -> None:
    """Run dbt over the whole project, without tests, in a process of its own."""
    flags = get_flags()
    target = Path("target") / "whole"
    take_over_parsed(target)
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
        env=os.environ | replace(_settings(), is_lake_only=True).as_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LandingError(
            "The whole project, which the part asked for depends on, could not be "
            f"built; run `dbt build` to see why. Its last words: {done.stdout[-2000:]}"
        )
