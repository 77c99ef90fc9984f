"""The archive: the bytes of every file, under their fingerprint, for ever."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


class StillChanging(Exception):
    """A file changed while it was read: somebody is still writing it."""


class CannotRead(Exception):
    """A file in landing cannot be read; the message says why, in a few words."""


@contextmanager
def _reading() -> Iterator[None]:
    """What the system says against reading a file is said of this file alone."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise CannotRead(said(error)) from error


def said(error: OSError) -> str:
    """What the system says, in its words, without a path."""
    return (error.strerror or type(error).__name__).lower()


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


def _read(reader: BinaryIO) -> bytes:
    with _reading():
        return reader.read(CHUNK)


def keep(source: Path, archive: Path, scratch: Path) -> str:
    """Copy a file into the archive if its bytes are new; give its SHA-256."""
    with _reading():
        before = source.stat()
    scratch.mkdir(parents=True, exist_ok=True)
    temporary = scratch / uuid.uuid4().hex
    digest = hashlib.sha256()
    try:
        with _reading():
            reader = source.open("rb")
        with reader, temporary.open("wb") as writer:
            while chunk := _read(reader):
                digest.update(chunk)
                writer.write(chunk)
            writer.flush()
            os.fsync(writer.fileno())
        with _reading():
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
