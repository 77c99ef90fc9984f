"""What the last build was made of and what it left: where nothing of it changed, a new
build would say the same again.

A build that went well leaves a note in the lake. It holds digests over the settings and
the day, the code and the seeds, the files in landing, and over what came of them: lake,
warehouse, publication, history. Files are identified by path, size, times and inode. A
time that may hide a change within its own tick is not relied on: what was changed just
before the build looked is read.
"""

import hashlib
import json
import os
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from lscb.landing.engine import left_for_later
from lscb.landing.names import files_sent
from lscb.publishing.code import code_digest
from lscb.publishing.history import FILE_NAME, MANIFEST_NAME, sha256_of
from lscb.sampling.sample import UNFINISHED
from lscb.settings import Settings

NOTE_NAME = ".last_build.json"
"""In the lake; a build without it is done in full, and writes it."""

LOCKS = (".lock", ".lock.holder", ".build.lock")
PUBLISHED = (FILE_NAME, MANIFEST_NAME, "site", "exports")
BESIDE_THE_CODE = ("profiles.yml", "tests/data")
"""What decides whether a build passes, and not what a publication says."""

TICK = 3_000_000_000
"""Nanoseconds: the coarsest times that file systems keep, and a little more."""


@dataclass(frozen=True)
class Sources:
    """What a build is made of, as it stood before the build began."""

    looked_at: int
    """When, in nanoseconds since 1970."""

    told: dict[str, str]
    """Digests over settings, code and landing."""


@dataclass(frozen=True)
class _Note:
    sources: Sources
    results: dict[str, str]


def sources_of(settings: Settings, looked_at: int | None = None) -> Sources | None:
    """What a build begun now would be made of; None where it cannot be read.

    `looked_at` is given to compare with sources of before: files that were changed
    shortly before it are read each time. What cannot be read, the build itself says.
    """
    try:
        return _sources_of(settings, looked_at or time.time_ns())
    except OSError:
        return None


def _sources_of(settings: Settings, moment: int) -> Sources:
    sent = [path for _, path in files_sent(settings.landing)]
    return Sources(
        moment,
        {
            "settings": _digest(
                [
                    *map(str, settings.as_environment().items()),
                    (settings.as_of or date.today()).isoformat(),
                ]
            ),
            "code": code_digest(BESIDE_THE_CODE),
            "landing": _digest(_lines(sent, moment - TICK)),
        },
    )


def is_unchanged(settings: Settings) -> bool:
    """Whether the last build went well, of the same as now, and all of it stands.

    The published file is read whole: it must be what its manifest says.
    """
    note = _read(settings.lake / NOTE_NAME)
    if note is None or (settings.landing / UNFINISHED).exists():
        return False
    try:
        now = sources_of(settings, note.sources.looked_at)
        if now != note.sources or _results_of(settings) != note.results:
            return False
        manifest = json.loads((settings.published / MANIFEST_NAME).read_text())
        return sha256_of(settings.published / FILE_NAME) == manifest["sha256"]
    except OSError:
        # The build itself says what cannot be read, and what to do.
        return False


def remember(settings: Settings, sources: Sources | None) -> None:
    """Note a build that went well.

    There is no note where a file was left for the next build, or could not be looked
    at.
    """
    path = settings.lake / NOTE_NAME
    path.unlink(missing_ok=True)
    if sources is None or left_for_later(settings.lake):
        return
    note = _Note(sources, _results_of(settings))
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(note)), encoding="utf-8")
    fresh.replace(path)


def _read(path: Path) -> _Note | None:
    """A note; None where there is none, or it is of another make."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return _Note(Sources(**told["sources"]), told["results"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def digest_of_files(paths: Iterable[Path], but: Collection[Path] = ()) -> str:
    """A digest over all files at and below paths, as they are identified here.

    OSError where one of the paths is not there.
    """
    return _digest(_lines(path for path in _files_below(paths) if path not in but))


def _results_of(settings: Settings) -> dict[str, str]:
    folders = {
        "lake": [settings.lake],
        "warehouse": [settings.warehouse],
        "published": [settings.published / name for name in PUBLISHED],
        "history": [settings.history],
    }
    passed_by = {settings.lake / name for name in (*LOCKS, NOTE_NAME)}
    return {name: digest_of_files(paths, passed_by) for name, paths in folders.items()}


def _files_below(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            for folder, _, names in os.walk(path):
                yield from (Path(folder) / name for name in names)
        else:
            yield path


def _lines(paths: Iterable[Path], doubtful_from: int | None = None) -> Iterator[str]:
    """A line a file, with the digest of its content where its times are in doubt.

    A link is identified both by itself and by what it leads to.
    """
    for path in sorted(paths):
        seen = [path.lstat()]
        if path.is_symlink() and path.exists():
            seen.append(path.stat())
        told = [
            (each.st_size, each.st_mtime_ns, each.st_ctime_ns, each.st_ino)
            for each in seen
        ]
        is_doubtful = doubtful_from is not None and any(
            max(each.st_mtime_ns, each.st_ctime_ns) >= doubtful_from for each in seen
        )
        content = sha256_of(path) if is_doubtful and path.is_file() else ""
        yield f"{path} {told} {content}"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256(
        "\n".join(lines).encode("utf-8", "surrogateescape")
    ).hexdigest()
