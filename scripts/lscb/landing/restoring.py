"""A lake as it stood at some time before, made again from the present archive."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from lscb.landing.engine import LandingError, read_again
from lscb.landing.ledger import Entry, Ledger
from lscb.landing.link_key import NAME as LINK_KEY_NAME
from lscb.settings import Settings


@dataclass(frozen=True)
class Standing:
    """How one file stood: what of its entry may change while its bytes do not."""

    file_id: str
    received_at: str
    duplicate_of: str | None
    is_in_landing: bool
    is_synthetic: bool
    records_removed_on: str | None


def restore(settings: Settings, files: Sequence[Standing], lake: Path) -> None:
    """Make a lake of these files as they stood, of which all are read again.

    Its archive is the present one's, into which nothing is written. LandingError where
    the present lake does not know a file, or does not have its bytes any more.
    """
    present = Ledger(settings.lake)
    _refuse_unknown(present, files)
    _refuse_removed(present, files)
    lake.mkdir(parents=True)
    (lake / "archive").symlink_to(settings.lake / "archive")
    shutil.copyfile(settings.lake / LINK_KEY_NAME, lake / LINK_KEY_NAME)
    past = Ledger(lake)
    for file in files:
        entry = replace(present.entries[file.file_id], **asdict(file))
        if file.records_removed_on is None:
            # The digest of no contract: read it again.
            entry.contract = ""
        else:
            _copy_set_aside(present, past, entry)
        past.write(entry)
    read_again(replace(settings, lake=lake))


def _copy_set_aside(present: Ledger, past: Ledger, entry: Entry) -> None:
    """Of a file without bytes, the ledger still has what was set aside, and why."""
    source = present.set_aside_path(entry.file_id)
    if source.exists():
        target = past.set_aside_path(entry.file_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _refuse_unknown(present: Ledger, files: Sequence[Standing]) -> None:
    unknown = [file.file_id for file in files if file.file_id not in present.entries]
    if unknown:
        raise LandingError(
            f"{present.lake} does not know {len(unknown):,} of {len(files):,} files:"
            f" {', '.join(unknown[:5])}. It is not the lake of that time; name the"
            " right one with LSCB_LAKE."
        )


def _refuse_removed(present: Ledger, files: Sequence[Standing]) -> None:
    removed = [
        entry.relative_path
        for file in files
        if file.records_removed_on is None
        and (path := present.archive_path(entry := present.entries[file.file_id]))
        and not path.exists()
    ]
    if removed:
        raise LandingError(
            f"The bytes of {len(removed):,} of {len(files):,} files are gone from the"
            f" archive: {', '.join(sorted(removed)[:5])}. What rested on them cannot be"
            " worked out any more."
        )
