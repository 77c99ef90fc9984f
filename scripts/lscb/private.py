"""Folders for their owner alone, and what once lay among what anyone may read."""

import errno
import shutil
from pathlib import Path

from lscb.errors import UserError

DATA_DOCS, FORMS, REMINDERS = "data_docs", "forms", "reminders"
BOARD_DRAFT = "draft"


class MovedError(UserError):
    """What is to be moved lies in two places; only its owner can say which is right."""


def move_returns_out(published: Path, returns: Path) -> None:
    """Move sheets and Data Docs that lie among what anyone may read, as they once did.

    Where newer ones are there already, the old ones go: `make quality` makes them
    again.
    """
    for old, new in (
        (published / "returns", returns),
        (published / "quality", returns / DATA_DOCS),
    ):
        try:
            move_out(old, new)
        except MovedError:
            shutil.rmtree(old)


def make_private(folder: Path) -> None:
    """Make a folder for the owner alone; one that is there is closed to others."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def close_to_others(folder: Path) -> None:
    """Take all rights on a folder and on all below it from everybody but its owner."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)


def move_out(old: Path, new: Path) -> bool:
    """Move a folder to a private place of its own; whether there was one to move.

    MovedError where something is there already. On another disk it is copied first and
    removed last: a run that is ended on the way leaves it whole where it was.
    """
    if not old.is_dir() or old.resolve() == new.resolve():
        return False
    if new.is_dir() and any(new.iterdir()):
        raise MovedError(f"{old} and {new} both hold something")
    make_private(new)
    unfinished = new.with_name(f".{new.name}.moving")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    try:
        old.replace(unfinished)
    except OSError as other_disk:
        if other_disk.errno != errno.EXDEV:
            raise
        shutil.copytree(old, unfinished)
    close_to_others(unfinished)
    new.rmdir()
    unfinished.replace(new)
    if old.exists():
        shutil.rmtree(old)
    return True
