"""The archive: the bytes of every file, under their fingerprint, for ever."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK = 1 << 20


class StillChanging(Exception):
    """A file changed while it was read: somebody is still writing it."""


@contextmanager
def replaced_whole(target: Path, scratch: Path) -> Iterator[Path]:
    """A temporary path that becomes the target when the block ends well."""
    scratch.mkdir(parents=True, exist_ok=True)
    temporary = scratch / f"{uuid.uuid4().hex}{target.suffix}"
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes, scratch: Path) -> None:
    """Write a file so that it is there in whole or not at all."""
    with replaced_whole(target, scratch) as temporary:
        temporary.write_bytes(content)


def keep(source: Path, archive: Path, scratch: Path) -> str:
    """Copy a file into the archive if its bytes are new; give its SHA-256."""
    before = source.stat()
    scratch.mkdir(parents=True, exist_ok=True)
    temporary = scratch / uuid.uuid4().hex
    digest = hashlib.sha256()
    try:
        with source.open("rb") as reader, temporary.open("wb") as writer:
            while chunk := reader.read(CHUNK):
                digest.update(chunk)
                writer.write(chunk)
            writer.flush()
            os.fsync(writer.fileno())
        after = source.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise StillChanging(str(source))
        target = archive / digest.hexdigest()
        archive.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return digest.hexdigest()


def sweep(scratch: Path) -> None:
    """Remove what a run that was killed left half done."""
    shutil.rmtree(scratch, ignore_errors=True)
