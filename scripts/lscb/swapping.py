"""Folders that readers open, replaced whole; what a run that was ended left of them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """An empty folder that takes the place of another when the block ends well.

    It takes two renames: a run that is ended between them leaves the last folder under
    a hidden name, from which `put_back` restores it.
    """
    put_back(folder)
    fresh, last = _fresh(folder), _last(folder)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        if folder.exists():
            folder.replace(last)
        fresh.replace(folder)
    finally:
        put_back(folder)


def put_back(folder: Path) -> None:
    """Restore a folder that was moved away and not replaced; remove what is beside."""
    last = _last(folder)
    if last.exists() and not folder.exists():
        last.replace(folder)
    for leftover in (_fresh(folder), last):
        if leftover.exists():
            shutil.rmtree(leftover)


def _fresh(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.new")


def _last(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")
