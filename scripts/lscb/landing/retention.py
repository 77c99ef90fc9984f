"""Retention: what was kept long enough is removed, the ledger's counts stay."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from lscb.landing.checking import Engine
from lscb.landing.engine import LandingError, in_sole_use
from lscb.landing.ledger import Entry, Ledger
from lscb.landing.names import read_name
from lscb.landing.reference import Reference, load_reference
from lscb.landing.refusals import Refused
from lscb.settings import Settings


@dataclass
class Removal:
    """What was removed: the files' entries, bytes archived, files of records."""

    entries: list[Entry] = field(default_factory=list)
    archived_bytes: int = 0
    record_files: int = 0


def remove_records(
    settings: Settings,
    before: date,
    today: date,
    extract: str | None = None,
    submitter: str | None = None,
) -> Removal:
    """Remove what an extract or a submitter sent for periods that ended before a date.

    A file whose period nobody could read goes by the day on which it was received. The
    ledger is written first: what a run that is killed leaves behind, the next removes.
    LandingError where nothing is named, or where a file still stands in landing, from
    which it would be landed again.
    """
    if extract is None and submitter is None:
        raise LandingError("Name an extract, a submitter, or both.")
    reference = load_reference(settings.seeds)
    if extract is not None and extract not in reference.extracts:
        raise LandingError(
            f"No extract is called {extract}; the extracts are "
            f"{', '.join(sorted(reference.extracts))}."
        )
    with in_sole_use(settings.lake, print):
        ledger = Ledger(settings.lake)
        chosen = [
            entry
            for entry in ledger.entries.values()
            if (extract is None or entry.extract == extract)
            and (submitter is None or submitter in _names_of_sender(entry))
            and _last_day(entry, reference) < before
        ]
        _refuse_files_in_landing(chosen, settings.landing)
        removal = Removal(chosen)
        for entry in chosen:
            if entry.records_removed_on is None:
                entry.records_removed_on = today.isoformat()
                ledger.write(entry)
        for entry in chosen:
            for records in (ledger.records_path(entry), *ledger.paths_of_sheets(entry)):
                removal.record_files += records.exists()
                records.unlink(missing_ok=True)
        for archived in _archived_in_vain(ledger, chosen):
            removal.archived_bytes += archived.stat().st_size
            archived.unlink()
        engine = Engine(settings.lake / "tmp")
        try:
            ledger.consolidate(engine)
        finally:
            engine.close()
    return removal


def remains_of(settings: Settings, entries: Sequence[Entry]) -> list[str]:
    """Where anything of these files is still found in the lake: proof, if empty.

    Looks at every archived file by its name, which is the digest of its bytes, and at
    every record in the lake by the file it cites.
    """
    removed = {entry.file_id for entry in entries}
    found = [
        path.relative_to(settings.lake).as_posix()
        for path in _archived_in_vain(Ledger(settings.lake), entries)
    ]
    with duckdb.connect(":memory:") as connection:
        for path in sorted((settings.lake / "extracts").glob("*/*.parquet")):
            cited = connection.execute(
                "select distinct file_id from read_parquet(?)", [str(path)]
            ).fetchall()
            if any(file_id in removed for (file_id,) in cited):
                found.append(path.relative_to(settings.lake).as_posix())
    return found


def _archived_in_vain(ledger: Ledger, entries: Sequence[Entry]) -> list[Path]:
    """Archived files of these entries that no file which is kept shares."""
    kept = ledger.kept_digests()
    paths = {
        ledger.archive_path(entry) for entry in entries if entry.sha256 not in kept
    }
    return sorted(path for path in paths if path is not None and path.exists())


def _names_of_sender(entry: Entry) -> set[str | None]:
    return {entry.submitter_code, entry.area_code, entry.pct_code}


def _last_day(entry: Entry, reference: Reference) -> date:
    """The end of the file's period, or the day it was received where it has none."""
    try:
        end = read_name(entry.relative_path, reference).period.end
    except Refused:
        end = None
    return end or date.fromisoformat(entry.received_at[:10])


def _refuse_files_in_landing(entries: Sequence[Entry], landing: Path) -> None:
    standing = sorted(
        entry.relative_path
        for entry in entries
        if entry.is_in_landing and (landing / entry.relative_path).exists()
    )
    if standing:
        raise LandingError(
            f"{len(standing)} of these files are still in {landing} and would be"
            f" landed again: {', '.join(standing[:5])}"
            f"{' and others' if len(standing) > 5 else ''}. Take them out of landing,"
            " and try again. Nothing was removed."
        )
