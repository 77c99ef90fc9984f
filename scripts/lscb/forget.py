"""Remove records that were kept long enough, and prove that they are gone.

    lscb forget --before 2008-04-01 --extract pct_admissions
    lscb forget --before 2008-04-01 --submitter E09000008

Removed are the files of periods that ended before the date: their bytes from the
archive, their records from the lake, and the working warehouse, which holds records too
and is made again by the next build. The ledger keeps their names, digests and counts of
lines. Publications, now and earlier, hold no record and stay; those made from the
records can no longer be replayed. The next build says `not_available` where the records
behind a figure are gone. Exit code 0: removed, and not found again. 1: something was
still found. 2: it could not run.
"""

from datetime import date
from pathlib import Path

from lscb.build import only_one_build
from lscb.landing import Settings
from lscb.landing.retention import remains_of, remove_records
from lscb.publishing.history import Place, bring_over, forget_snapshots
from lscb.replay import remove_replay


def forget_records(
    before: date, extract: str | None = None, submitter: str | None = None
) -> int:
    """Remove and prove; see the exit codes above."""
    settings = Settings.from_environment()
    with only_one_build(settings.lake):
        return forget(settings, before, extract, submitter)


def forget(
    settings: Settings, before: date, extract: str | None, submitter: str | None
) -> int:
    """Remove and prove, while nothing else builds; returns the exit code."""
    warehouse = settings.warehouse
    place = Place.of(settings)
    bring_over(place)
    removal = remove_records(settings, before, date.today(), extract, submitter)
    if not removal.entries:
        print(
            f"Nothing was removed: the lake {settings.lake} holds no file of a period"
            f" that ended before {before} from {extract or 'any extract'} and"
            f" {submitter or 'any submitter'}. Name the right lake with LSCB_LAKE."
        )
        return 0
    for path in (warehouse, Path(f"{warehouse}.wal")):
        path.unlink(missing_ok=True)
    remove_replay(settings.lake)
    ended = forget_snapshots(place, {entry.file_id for entry in removal.entries})
    print(
        f"{len(removal.entries):,} files: {removal.archived_bytes:,} bytes removed from"
        f" the archive and {removal.record_files:,} files of records from the lake; the"
        " warehouse is removed whole. The ledger keeps their counts."
        f" {ended:,} publications made from them can no longer be replayed."
    )
    if remains := remains_of(settings, removal.entries):
        print(f"Still there: {', '.join(remains)}. Remove it by hand.")
        return 1
    print(
        "Searched for in the archive by digest and in every record of the lake by file:"
        " nothing is left of them. Run `make build` to make the warehouse again."
    )
    return 0
