"""Build an earlier publication again from the lake, and compare it with what it was.

    lscb replay
    lscb replay 4344554aede16579 --out /tmp/lscb.duckdb

Without a publication it lists those that are known, and which of them can be replayed.
A replay takes the files as they stood then, reads their bytes in the archive again, and
goes through landing, counting, protecting and the attack, in a folder of the lake that
is removed at the end. Nothing that is published changes. Exit code 0: every table has
the same digest as then (or: listed). 1: some have another. 2: it could not run.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lscb.build import only_one_build
from lscb.dbt import messages_of, run_dbt
from lscb.disclosure.presets import preset
from lscb.errors import UserError
from lscb.landing import LandingError, Settings
from lscb.landing.restoring import Standing, restore
from lscb.parsed import take_over_parsed
from lscb.private import MovedError
from lscb.publishing.code import code_digest
from lscb.publishing.history import (
    ABOUT_NAME,
    FILE_NAME,
    FLAGS_NAME,
    LEDGER_NAME,
    SNAPSHOT,
    Past,
    Place,
    earlier_publications,
    settle,
)
from lscb.publishing.publish import Publication, RefusedError, publish
from lscb.settings import LAKE_ONLY, PROJECT
from lscb.sql import literal

REPLAY_FOLDER = "replay"


class Hindered(UserError):
    """A replay cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Replay:
    """A publication and those before it, oldest first."""

    past: Past
    before: Sequence[Past]

    @property
    def hindrance(self) -> str | None:
        """Why it cannot be replayed, as far as that can be seen from the history."""
        if any(not (self.past.folder / name).exists() for name in SNAPSHOT):
            return (
                "the list of its files is not kept: it is older than the last"
                " LSCB_KEEP_PUBLICATIONS, or records behind it were removed"
            )
        if self.before and self.before[-1].file is None:
            return "the file of the one before it is not kept"
        return None


def replay_publication(
    publication_id: str | None = None, out: Path | None = None
) -> int:
    """Replay one, or list all; see the exit codes above.

    `out` is where the published file is kept.
    """
    settings = Settings.from_environment()
    place = Place.of(settings)
    os.umask(0o077)
    try:
        with only_one_build(settings.lake):
            settle(place)
            known = earlier_publications(place)
            if publication_id is None:
                print(
                    "\n".join(
                        listed(known) or [f"Nothing is published in {place.published}."]
                    )
                )
                return 0
            replay = chosen(known, publication_id)
            return compare(replay, run(replay, settings, out))
    except (Hindered, LandingError, MovedError, RefusedError) as stopped:
        raise UserError(f"Not replayed: {stopped}") from stopped


def listed(known: Sequence[Past]) -> list[str]:
    """A line for each publication, oldest first."""
    return [
        f"{past.manifest['publication_id']}  number {past.manifest['sequence']}:"
        f" {Replay(past, known[:place]).hindrance or 'can be replayed'}"
        for place, past in enumerate(known)
    ]


def chosen(known: Sequence[Past], publication_id: str) -> Replay:
    """The publication of that name; Hindered where it cannot be replayed."""
    for place, past in enumerate(known):
        if past.manifest["publication_id"] == publication_id:
            replay = Replay(past, known[:place])
            if replay.hindrance:
                raise Hindered(f"{replay.hindrance}.")
            return replay
    names = ", ".join(past.manifest["publication_id"] for past in known) or "none"
    raise Hindered(f"no publication is called {publication_id}; known are {names}.")


def run(replay: Replay, settings: Settings, out: Path | None) -> Publication:
    """Build it again in a folder of its own, which is removed."""
    work = settings.lake / REPLAY_FOLDER
    remove_replay(settings.lake)
    try:
        restore(settings, files_of(replay.past), work / "lake")
        warehouse = build(replay.past, settings, work)
        place = Place(work / "published", work / "history")
        copy_history(replay, place.history)
        rule = preset(replay.past.manifest["preset"])
        publication = publish(warehouse, place, rule)
        if out is not None:
            shutil.copyfile(publication.file, out)
        return publication
    finally:
        remove_replay(settings.lake)


def remove_replay(lake: Path) -> None:
    """Remove what a replay made, also one that was ended; it holds records."""
    if (lake / REPLAY_FOLDER).exists():
        shutil.rmtree(lake / REPLAY_FOLDER)


def files_of(past: Past) -> list[Standing]:
    """The files as they stood when it was published."""
    with duckdb.connect(":memory:") as connection:
        return [
            Standing(*row)
            for row in connection.execute(
                "select file_id, strftime(received_at, '%Y-%m-%dT%H:%M:%S.%f'),"
                " duplicate_of_file_id, is_in_landing, is_synthetic,"
                " cast(records_removed_on as varchar) from read_parquet(?)",
                [str(past.folder / LEDGER_NAME)],
            ).fetchall()
        ]


def build(past: Past, settings: Settings, work: Path) -> Path:
    """The warehouse of that day, on the lake that was restored."""
    warehouse = work / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        (as_of,) = connection.execute(
            "select as_of_date from read_parquet(?)", [str(past.folder / ABOUT_NAME)]
        ).fetchone()
        # What was new then is taken against the flags of the run before, as kept here.
        connection.execute("create schema mart")
        flags = literal(str(past.folder / FLAGS_NAME))
        connection.execute(
            f"create table mart.fct_quality_flags as from read_parquet({flags})"
        )
    take_over_parsed(work / "target")
    os.environ |= {
        "LSCB_LANDING": str(settings.landing),
        "LSCB_LAKE": str(work / "lake"),
        "LSCB_WAREHOUSE": str(warehouse),
        "LSCB_AS_OF": as_of.isoformat(),
        "LSCB_LANDING_MODE": LAKE_ONLY,
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
    }
    os.chdir(PROJECT)
    result = run_dbt("build", "--exclude-resource-type", "test", "unit_test")
    if not result.success:
        raise Hindered(messages_of(result))
    return warehouse


def copy_history(replay: Replay, target: Path) -> None:
    """What the replay must take into account: the publications that came before it."""
    target.mkdir(parents=True)
    for past in replay.before:
        copied = target / past.folder.name
        shutil.copytree(past.folder, copied, ignore=shutil.ignore_patterns(FILE_NAME))
    if replay.before:
        last = replay.before[-1]
        shutil.copyfile(last.folder / FILE_NAME, target / last.folder.name / FILE_NAME)


def compare(replay: Replay, publication: Publication) -> int:
    """Say which tables have the same digest as then; returns the exit code."""
    then, now = replay.past.manifest, publication.manifest
    tables = sorted(then["tables"].keys() | now["tables"].keys())
    differ = [
        table
        for table in tables
        if then["tables"].get(table) != now["tables"].get(table)
    ]
    print(
        f"Publication {then['publication_id']} (number {then['sequence']}) built again:"
        f" {len(tables) - len(differ)} of {len(tables)} tables have the same"
        " digest as then."
    )
    if not differ:
        return 0
    print(f"Another digest: {', '.join(differ)}.")
    if then["code"] != code_digest():
        print(
            "It was made by other code or other seeds than are here: check out"
            f" {then['commit'] or 'the version of that time'}, with the libraries of"
            " its requirements.lock, and replay it there."
        )
    return 1
