"""Why the machine stopped a run, in plain words: a full disk, a quota, a lock."""

import errno
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

Stopped = OSError, duckdb.Error
"""What a run may end with for which neither the data nor the code is to blame."""

# What the system calls a full disk, a used-up quota, and a file over its limit.
NO_ROOM = tuple(
    os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
)
LOCKED = re.compile(r"Could not set lock on file \"([^\"]+)\"")


def in_plain_words(said: str, folders: Iterable[Path]) -> str | None:
    """What stopped a run that ended with these words, and what to do; None: unknown.

    `folders` are those that the run writes to.
    """
    if any(words.lower() in said.lower() for words in NO_ROOM):
        free = "; ".join(
            f"{folder}: {shutil.disk_usage(_existing(folder)).free / 1e6:,.0f} MB free"
            for folder in folders
        )
        return (
            "There was no room to write on: a disk is full, or a limit on the size of"
            f" files is reached ({free}). Free some, or move a folder by its LSCB_"
            " variable, and run `make build` again: nothing needs to be tidied up."
        )
    locked = LOCKED.search(said)
    if locked:
        return (
            f"Another program has {locked[1]} open to write. Close it there, or open"
            " it read-only, and run `make build` again."
        )
    return None


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
