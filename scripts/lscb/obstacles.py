"""Why the machine stopped a run, in plain words: no room, a lock, a killed helper."""

import errno
import os
import re
import shutil
from collections.abc import Iterable
from concurrent.futures import BrokenExecutor
from pathlib import Path

import duckdb

Stopped = OSError, duckdb.Error, BrokenExecutor
"""What a run may end with for which neither the data nor the code is to blame."""

# What the system calls a full disk, a used-up quota, and a file over its limit.
NO_ROOM = tuple(
    os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
)
# What Python says when one of its helper processes is no longer there.
HELPER_GONE = "terminated abruptly"
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
    if HELPER_GONE in said:
        return (
            "A helper process was ended from outside, as happens where memory runs"
            " short. Run `make build` again; if it happens again, free some memory."
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
