"""What has come: by the warehouse, and of files that it does not know by the ledger."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from lscb.landing.ledger import Entry, Ledger
from lscb.sql import read_query
from lscb.statuses import statuses

SQL = Path(__file__).resolve().parent / "sql"
FILES, COUNTED = "file_statuses", "counted"
Block = tuple[str, str, str]
"""Extract, sender and period, as the marts write them."""


@dataclass(frozen=True)
class Came:
    """What came of one extract, sender and period.

    A file that is refused is not received: `refused_for` says why the last one was,
    where no other was received.
    """

    received_on: date | None = None
    refused_for: str | None = None
    refused_on: date | None = None
    version: int = 0


@dataclass(frozen=True)
class _File:
    file_id: str
    block: Block
    version: int
    came_on: date
    is_received: bool
    refused_for: str | None


class Arrived:
    """What has come, by block; nothing where nothing was landed."""

    def __init__(self, warehouse: Path, lake: Path) -> None:
        built = list(_built(warehouse))
        known = {file.file_id for file in built}
        landed = [file for file in _landed(lake) if file.file_id not in known]
        found: dict[Block, list[_File]] = defaultdict(list)
        for file in (*built, *landed):
            found[file.block].append(file)
        self._came = {block: _came(files) for block, files in found.items()}
        self.said = _said(len(built), len(landed))

    def of(self, block: Block) -> Came:
        """What came of one block."""
        return self._came.get(block, Came())


def _built(warehouse: Path) -> list[_File]:
    if not warehouse.is_file():
        return []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            read_query(SQL, "arrived"), {"received": statuses(FILES, COUNTED)}
        ).fetchall()
    return [
        _File(name, (extract, sender, period), version, *rest)
        for name, extract, sender, period, version, *rest in rows
    ]


def _landed(lake: Path) -> list[_File]:
    """Files of the ledger alone, by what landing can say of each for itself."""
    entries = Ledger(lake).entries.values()
    standing = [entry for entry in entries if entry.is_in_landing]
    return [
        _File(
            entry.file_id,
            (str(entry.extract), entry.submitter_code, entry.period_id),
            entry.version or 0,
            datetime.fromisoformat(entry.received_at).date(),
            _is_received(entry),
            entry.refusal_reason,
        )
        for entry in sorted(standing, key=lambda entry: entry.received_at)
        if entry.submitter_code and entry.period_id
    ]


def _is_received(entry: Entry) -> bool:
    return entry.refusal_code is None and entry.duplicate_of is None


def _came(files: list[_File]) -> Came:
    """What became of the files of one block, in the order in which they came."""
    received = [file.came_on for file in files if file.is_received]
    refused = [file for file in files if file.refused_for and not received]
    return Came(
        received_on=min(received, default=None),
        refused_for=refused[-1].refused_for if refused else None,
        refused_on=refused[-1].came_on if refused else None,
        version=max(file.version for file in files),
    )


def _said(built: int, landed: int) -> str:
    if not built and not landed:
        return "Nothing has been landed yet: the calendar alone speaks."
    if not landed:
        return f"By the {built:,} files that the warehouse knows."
    if not built:
        return f"No warehouse was built yet: by the {landed:,} files that were landed."
    return (
        f"By the {built:,} files that the warehouse knows, and {landed:,} landed since."
    )
