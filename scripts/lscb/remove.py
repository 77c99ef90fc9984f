"""Remove what a build makes: what can be made again, or all, after a question.

    lscb clean
    lscb purge

`clean`: the warehouse, the publication with its pages and exports, and dbt's
own folders. They come again with the next build. `purge`: also what cannot be made
again: the archive and the ledger of the lake, the history of what was published, and
the return sheets. It says what that is, and asks for a word first; where nobody can be
asked, CONFIRM must hold it. Landing stays in any case. Exit code 0: removed. 2: not.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from lscb.build import only_one_build
from lscb.errors import UserError
from lscb.last_build import NOTE_NAME
from lscb.private import (
    BOARD_DRAFT,
    DATA_DOCS,
    FORMS,
    REMINDERS,
    MovedError,
    move_returns_out,
)
from lscb.publishing.history import (
    FILE_NAME,
    MANIFEST_NAME,
    Place,
    bring_over,
)
from lscb.settings import PROJECT, Settings

WORD = "purge"
PUBLISHED = (FILE_NAME, f"{FILE_NAME}.wal", MANIFEST_NAME, "site", "exports")
PUBLISHED += ("dbt_docs.html",)
LAKE = ("archive", "extracts", "ledger", "replay", ".link_key", ".lock", ".build.lock")
LAKE += (BOARD_DRAFT,)


def remove_made(is_all: bool) -> int:
    """Remove, all or what can be made again; see the exit codes above."""
    settings = Settings.from_environment()
    lake, place, returns = settings.lake, Place.of(settings), settings.returns
    if is_all:
        confirm(what_is_lost(lake, place, returns))
    try:
        with only_one_build(lake):
            # What lies among the published files of an older version is not published.
            bring_over(place)
            move_returns_out(place.published, returns)
            remove(list(again(lake, settings.warehouse, place.published)))
            if is_all:
                remove(list(for_good(lake, place.history, returns)))
    except (OSError, MovedError) as stopped:
        raise UserError(f"Not all was removed: {stopped}") from stopped
    if is_all:
        (lake / ".build.lock").unlink(missing_ok=True)
    for folder in (place.published, place.history, returns, lake):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    print(said(is_all, lake, place, returns))
    return 0


def again(lake: Path, warehouse: Path, published: Path) -> Iterator[Path]:
    """What the next build makes again."""
    yield warehouse
    yield warehouse.with_name(f"{warehouse.name}.wal")
    yield Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target")
    yield Path(os.environ.get("DBT_LOG_PATH") or PROJECT / "logs")
    yield lake / NOTE_NAME
    yield from (published / name for name in PUBLISHED)
    yield from published.glob(".*.new")
    yield from published.glob(".*.old")


def for_good(lake: Path, history: Path, returns: Path) -> Iterator[Path]:
    """What nothing makes again, by the names under which it was written."""
    yield from (lake / name for name in LAKE if name != ".build.lock")
    for folder in (history, history.with_name(f".{history.name}.moving")):
        yield from folder.glob("*")
    for ending in ("*.xlsx", "*.html", DATA_DOCS, FORMS, REMINDERS, BOARD_DRAFT):
        yield from returns.glob(ending)


def remove(paths: list[Path]) -> None:
    """Remove files and folders; a link is removed, and not what it leads to."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def what_is_lost(lake: Path, place: Place, returns: Path) -> str:
    """What goes for good, in words and numbers."""
    archived = sum(1 for path in (lake / "archive").glob("*") if path.is_file())
    told = sum(1 for path in place.history.glob("[!.]*") if path.is_dir())
    return (
        f"Lost for good would be:\n"
        f"  {lake}: the bytes of {archived:,} files as sent, and the ledger of every"
        " file that ever came;\n"
        f"  {place.history}: what {told:,} publications disclosed. Whoever kept one of"
        " them can subtract it from all that is published later, and no publication can"
        " be built again;\n"
        f"  {returns}: the return sheets, the forms, and who was reminded."
    )


def confirm(lost: str) -> None:
    """UserError unless the owner gives the word, typed or in CONFIRM."""
    print(lost)
    if "CONFIRM" in os.environ:
        if os.environ["CONFIRM"] != WORD:
            raise UserError(f"Nothing was removed: CONFIRM is not {WORD!r}.")
    elif not sys.stdin.isatty():
        raise UserError(
            "Nothing was removed: nobody can be asked here; set"
            f" CONFIRM={WORD} to remove it."
        )
    elif input(f"Type {WORD} to remove it: ").strip() != WORD:
        raise UserError(f"Nothing was removed: the word is {WORD}.")


def said(is_all: bool, lake: Path, place: Place, returns: Path) -> str:
    """What was done, in a line."""
    if is_all:
        return (
            f"Removed all that was made of what was sent; {PROJECT} and landing stay."
        )
    return (
        "Removed the warehouse, the publication and dbt's folders. What was sent"
        f" ({lake}), what was disclosed ({place.history}) and the return sheets"
        f" ({returns}) stay: `make purge` removes them."
    )
