"""The ledger: one JSON a file, written last, and the tables made of them."""

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lscb.errors import UserError
from lscb.landing.archive import replaced_whole, write_whole
from lscb.landing.checking import SET_ASIDE_COLUMNS, Engine, write_declared
from lscb.sql import literal

FILES_SCHEMA = pa.schema(
    [
        ("file_id", pa.string()),
        ("extract", pa.string()),
        ("submitter_as_sent", pa.string()),
        ("submitter_code", pa.string()),
        ("area_code", pa.string()),
        ("pct_code", pa.string()),
        ("period_id", pa.string()),
        ("version", pa.int64()),
        ("file_name", pa.string()),
        ("relative_path", pa.string()),
        ("sha256", pa.string()),
        ("size_bytes", pa.int64()),
        ("received_at", pa.timestamp("us")),
        ("file_format", pa.string()),
        ("lines_read", pa.int64()),
        ("rows_accepted", pa.int64()),
        ("rows_set_aside", pa.int64()),
        ("rows_duplicate", pa.int64()),
        ("rows_passed_over", pa.int64()),
        ("is_readable", pa.bool_()),
        ("refusal_code", pa.string()),
        ("refusal_reason", pa.string()),
        ("duplicate_of", pa.string()),
        ("is_in_landing", pa.bool_()),
        ("is_synthetic", pa.bool_()),
        ("records_removed_on", pa.date32()),
    ]
)
# How the notice ends that a sheet of a form was read as records of another extract.
ON_SHEET = "_on_sheet"
NOTICES_SCHEMA = pa.schema(
    [
        ("file_id", pa.string()),
        ("column_name", pa.string()),
        ("notice_code", pa.string()),
        ("occurrences", pa.int64()),
    ]
)


@dataclass
class Entry:
    """What the ledger knows of one file; `seen` is its size and times when last seen.

    `contract` is the digest of all that decided how it was read.
    """

    file_id: str
    relative_path: str
    file_name: str
    sha256: str | None
    size_bytes: int
    received_at: str
    seen: list[int]
    contract: str
    extract: str | None = None
    submitter_as_sent: str | None = None
    submitter_code: str | None = None
    area_code: str | None = None
    pct_code: str | None = None
    period_id: str | None = None
    version: int | None = None
    file_format: str | None = None
    lines_read: int | None = None
    rows_accepted: int | None = None
    rows_set_aside: int | None = None
    rows_duplicate: int | None = None
    rows_passed_over: int | None = None
    is_readable: bool = False
    refusal_code: str | None = None
    refusal_reason: str | None = None
    duplicate_of: str | None = None
    is_in_landing: bool = True
    is_synthetic: bool = False
    records_removed_on: str | None = None
    notices: list[list[str | int | None]] = field(default_factory=list)

    @property
    def has_records(self) -> bool:
        """Whether the file stands in the lake with its records."""
        return (
            self.refusal_code is None
            and self.duplicate_of is None
            and self.records_removed_on is None
        )

    @property
    def sheets_read(self) -> list[str]:
        """The extracts of which a sheet beside its own records was read."""
        codes = (str(code) for _, code, _ in self.notices)
        return [c.removesuffix(ON_SHEET) for c in codes if c.endswith(ON_SHEET)]


class LakeError(UserError):
    """The lake is damaged; the message says where, and what to do."""


class Ledger:
    """The ledger of one lake."""

    def __init__(self, lake: Path):
        self.lake = lake
        self.folder = lake / "ledger"
        self._scratch = lake / "tmp"
        self.entries: dict[str, Entry] = {}
        names = {each.name for each in fields(Entry)}
        for path in sorted((self.folder / "files").glob("*.json")):
            known = _read_entry(path)
            if set(known) == names:
                self.entries[known["file_id"]] = Entry(**known)
            else:
                # An older landing wrote it; what it knew of the file stands, and the
                # contract, which cannot match, has the file read again.
                kept = {name: known[name] for name in names & set(known)}
                self.entries[known["file_id"]] = Entry(**kept | {"contract": ""})

    def write(self, entry: Entry) -> None:
        """Write one file's entry: from then on the file has been landed."""
        content = json.dumps(asdict(entry), indent=1, sort_keys=True)
        path = self.folder / "files" / f"{entry.file_id}.json"
        write_whole(path, content.encode(), self._scratch)
        self.entries[entry.file_id] = entry

    def records_path(self, entry: Entry) -> Path:
        """Where the records of one file stand."""
        extract = entry.extract or "unknown"
        return self.lake / "extracts" / extract / f"{entry.file_id}.parquet"

    def sheet_path(self, entry: Entry, extract: str) -> Path:
        """Where the records of a sheet stand that are of another extract."""
        return self.lake / "extracts" / extract / f"{entry.file_id}.parquet"

    def paths_of_sheets(self, entry: Entry) -> list[Path]:
        """Where the records of all such sheets of one file stand."""
        return [self.sheet_path(entry, extract) for extract in entry.sheets_read]

    def archive_path(self, entry: Entry) -> Path | None:
        """Where the bytes of one file stand; None where its bytes were never read."""
        return self.lake / "archive" / entry.sha256 if entry.sha256 else None

    def kept_digests(self) -> set[str | None]:
        """Digests of the files whose records have not been removed."""
        return {
            entry.sha256
            for entry in self.entries.values()
            if entry.records_removed_on is None
        }

    def set_aside_path(self, file_id: str) -> Path:
        """Where the lines set aside of one file stand."""
        return self.folder / "set_aside" / f"{file_id}.parquet"

    def is_consolidated(self) -> bool:
        """Whether the three tables are there."""
        names = ("files", "set_aside", "notices")
        return all((self.folder / f"{name}.parquet").exists() for name in names)

    def consolidate(self, engine: Engine) -> None:
        """Write the three tables, each in whole, in an order that never varies."""
        entries = sorted(
            self.entries.values(),
            key=lambda entry: (entry.relative_path, entry.file_id),
        )
        rows = [
            asdict(entry)
            | {
                "received_at": datetime.fromisoformat(entry.received_at),
                "records_removed_on": entry.records_removed_on
                and date.fromisoformat(entry.records_removed_on),
            }
            for entry in entries
        ]
        files = pa.Table.from_pylist(
            [{name: row[name] for name in FILES_SCHEMA.names} for row in rows],
            schema=FILES_SCHEMA,
        )
        notices = pa.Table.from_pylist(
            [
                dict(zip(NOTICES_SCHEMA.names, (entry.file_id, *notice), strict=True))
                for entry in entries
                for notice in entry.notices
            ],
            schema=NOTICES_SCHEMA,
        )
        self._write_table("notices", notices)
        self._write_set_aside(engine, entries)
        self._write_table("files", files)

    def _write_table(self, name: str, table: pa.Table) -> None:
        path = self.folder / f"{name}.parquet"
        with replaced_whole(path, self._scratch) as temporary:
            pq.write_table(table, temporary, compression="zstd")

    def _write_set_aside(self, engine: Engine, entries: list[Entry]) -> None:
        paths = [
            path
            for entry in entries
            if (path := self.set_aside_path(entry.file_id)).exists()
        ]
        target = self.folder / "set_aside.parquet"
        with replaced_whole(target, self._scratch) as temporary:
            if not paths:
                write_declared(engine, SET_ASIDE_COLUMNS, temporary)
                return
            listed = ", ".join(literal(str(path)) for path in paths)
            engine.copy(
                f"select * from read_parquet([{listed}]) order by all", temporary
            )


def _read_entry(path: Path) -> dict:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        known = None
    if not isinstance(known, dict) or not known.get("file_id"):
        raise LakeError(
            f"The ledger's file {path} is damaged: put it back from a backup, or remove"
            " it; a file that is still in landing is then landed as new."
        )
    return known


def damaged_tables(lake: Path) -> list[Path]:
    """The Parquet files of a lake that cannot be read to their end."""
    damaged = []
    for path in sorted(lake.glob("*/**/*.parquet")):
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as table:
                for _ in table.iter_batches():
                    pass
        except (pa.ArrowException, OSError):
            damaged.append(path)
    return damaged
