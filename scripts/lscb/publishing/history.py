"""Publications that readers may hold: their files, and the counts behind them.

Each has a folder of its own in the history, which lies apart from what is published and
is for the owner alone. The file is kept for the last few; the counts, which the next
publication must not give away, for all.

A folder is written whole under a hidden name, then the file is swapped in, and only
then the folder gets its name. So a run that was ended at any moment leaves either a
hidden folder that was never published, or one that says which publication stands.
"""

import hashlib
import json
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lscb.disclosure.attack import Mark, Publication, PublishedCell
from lscb.disclosure.problem import round_half_up
from lscb.disclosure.structure import Apart, Exceptions, Key, Structure
from lscb.disclosure.tables import Count, Earlier
from lscb.private import MovedError, make_private, move_out
from lscb.settings import Settings
from lscb.sql import insert_rows, literal

FILE_NAME = "lscb.duckdb"
MANIFEST_NAME = "manifest.json"
OLD_FOLDER_NAME = "history"
"""Where the history once was, inside what is published."""

COUNTS_NAME, APART_NAME, FACTS_NAME = "counts.parquet", "apart.parquet", "facts.json"
TOLD_NAME, TOLD_APART_NAME = "told.parquet", "told_apart.parquet"
ABOUT_NAME, FLAGS_NAME, LEDGER_NAME = "about.parquet", "flags.parquet", "ledger.parquet"

# Tables of the warehouse that a replay starts from.
SNAPSHOT = {
    ABOUT_NAME: ("mart", "dim_about"),
    LEDGER_NAME: ("staging", "stg_ledger__files"),
    FLAGS_NAME: ("mart", "fct_quality_flags"),
}


@dataclass(frozen=True)
class Place:
    """Where a publication stands, and the folder of all that were before it."""

    published: Path
    history: Path

    @classmethod
    def of(cls, settings: Settings) -> "Place":
        """The folders that the settings name."""
        return cls(settings.published, settings.history)

    @property
    def file(self) -> Path:
        """The file that readers open."""
        return self.published / FILE_NAME


@dataclass(frozen=True)
class Past:
    """One earlier publication: its folder and what its manifest says."""

    folder: Path
    manifest: dict

    @property
    def file(self) -> Path | None:
        """Its file, as long as it is kept."""
        path = self.folder / FILE_NAME
        return path if path.exists() else None

    @property
    def inputs(self) -> str | None:
        """The digest over all that it was made from."""
        return json.loads((self.folder / FACTS_NAME).read_text()).get("inputs")


@dataclass(frozen=True)
class Told:
    """What a publication disclosed of counts, as an attack read it in the file.

    It stays for ever, also when the file is no longer kept.
    """

    publication: Publication
    structure: Structure


@dataclass(frozen=True)
class Behind:
    """What stands behind a publication, and is for its owner alone."""

    inputs: str
    earlier: Earlier
    structure: Structure
    told: Told
    warehouse: Path


def earlier_publications(place: Place) -> list[Past]:
    """What was published, oldest first, the one that stands the last."""
    entries = list(place.history.glob("[!.]*"))
    unnamed = _unnamed(place, standing_publication(place) or "")
    if unnamed.exists():
        entries.append(unnamed)
    found = [
        Past(entry, json.loads((entry / MANIFEST_NAME).read_text()))
        for entry in entries
        if entry.is_dir()
    ]
    return sorted(found, key=lambda past: past.manifest["sequence"])


def settle(place: Place) -> None:
    """Give the publication that stands its folder; remove what was never swapped in.

    Where no publication stands, readers may have had what was written to its end.
    """
    bring_over(place)
    standing = standing_publication(place)
    for entry in place.history.glob(".*.new"):
        was_published = (
            _is_whole(entry) if standing is None else entry == _unnamed(place, standing)
        )
        if was_published:
            entry.replace(entry.with_name(entry.name[1 : -len(".new")]))
        else:
            shutil.rmtree(entry)


def bring_over(place: Place) -> None:
    """Move a history that lies inside what is published to its own folder.

    It lay there once. MovedError where the new folder has publications of its own.
    """
    old = place.published / OLD_FOLDER_NAME
    try:
        move_out(old, place.history)
    except MovedError as both:
        raise MovedError(
            f"earlier publications lie in {old} and in {place.history}. Keep those of"
            f" the current publication: move {old} away, out of what anyone may"
            f" read, or put its folders into {place.history}, and run again."
        ) from both


def missing_pieces(place: Place) -> list[str]:
    """What is lost of earlier publications, where the next one must know them all.

    The file of the last one is put back where it still stands beside the history.
    """
    lost = [
        str(entry / name)
        for entry in sorted(place.history.glob("[!.]*"))
        if entry.is_dir()
        for name in (MANIFEST_NAME, COUNTS_NAME, APART_NAME, FACTS_NAME)
        if not (entry / name).exists()
    ]
    if lost:
        return lost
    earlier = earlier_publications(place)
    known = {past.manifest["publication_id"] for past in earlier}
    named = {past.manifest["previous_publication_id"] for past in earlier}
    named.add(standing_publication(place))
    lost = [str(place.history / name) for name in sorted(named - known - {None})]
    if earlier and earlier[-1].file is None:
        last, target = earlier[-1], place.file
        if target.exists() and sha256_of(target) == last.manifest["sha256"]:
            shutil.copyfile(target, last.folder / FILE_NAME)
            (last.folder / FILE_NAME).chmod(0o600)
        else:
            lost.append(str(last.folder / FILE_NAME))
    return lost


def sha256_of(file: Path) -> str:
    """SHA-256 of the bytes of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _unnamed(place: Place, publication_id: str) -> Path:
    return place.history / f".{publication_id}.new"


def _is_whole(entry: Path) -> bool:
    """Whether a folder was written to its end: the manifest is the last of it."""
    manifest, file = entry / MANIFEST_NAME, entry / FILE_NAME
    try:
        said = json.loads(manifest.read_text())
    except (OSError, ValueError):
        return False
    return file.exists() and sha256_of(file) == said["sha256"]


def standing_publication(place: Place) -> str | None:
    """The publication that stands, as its own file says."""
    if not place.file.exists():
        return None
    with duckdb.connect(str(place.file), read_only=True) as connection:
        found = connection.execute(
            "select content from mart.about_publication where item = 'publication_id'"
        ).fetchone()
    return found[0] if found else None


def remember(place: Place, file: Path, manifest: dict, behind: Behind) -> None:
    """Keep a publication, in a folder that `settle` names once it stands."""
    make_private(place.history)
    fresh = _unnamed(place, manifest["publication_id"])
    fresh.mkdir(mode=0o700)
    shutil.copyfile(file, fresh / FILE_NAME)
    _write_counts(fresh, behind.earlier)
    _write_snapshot(fresh, behind.warehouse)
    _write_told(fresh, behind.told)
    facts = _facts(behind.structure) | {"inputs": behind.inputs}
    facts["told"] = _facts(behind.told.structure)
    (fresh / FACTS_NAME).write_text(json.dumps(facts, sort_keys=True))
    (fresh / MANIFEST_NAME).write_text(as_text(manifest))
    for path in fresh.iterdir():
        path.chmod(0o600)


def forget_files(earlier: Sequence[Past], keep: int) -> None:
    """Drop the files of all but the last few, and of the one before these.

    From that one, a replay shows what the oldest of the few had revised. The counts of
    all stay.
    """
    for past in earlier[: max(len(earlier) - keep - 1, 0)]:
        for name in (FILE_NAME, *SNAPSHOT):
            (past.folder / name).unlink(missing_ok=True)


def forget_snapshots(place: Place, file_ids: Collection[str]) -> int:
    """Drop what replays start from, where records of these files stood behind it.

    Returns how many publications cannot be replayed any more.
    """
    dropped = 0
    for past in earlier_publications(place):
        ledger = past.folder / LEDGER_NAME
        if not ledger.exists():
            continue
        with duckdb.connect(":memory:") as connection:
            held = connection.execute(
                "select file_id from read_parquet(?) where records_removed_on is null",
                [str(ledger)],
            ).fetchall()
        if any(file_id in file_ids for (file_id,) in held):
            dropped += 1
            for name in SNAPSHOT:
                (past.folder / name).unlink(missing_ok=True)
    return dropped


def as_text(manifest: dict) -> str:
    """A manifest as it is written."""
    return json.dumps(manifest, indent=2, sort_keys=True) + "\n"


def kept_number() -> int:
    """How many publications are kept with their files: LSCB_KEEP_PUBLICATIONS."""
    return Settings.from_environment().keep_publications


def _write_snapshot(folder: Path, warehouse: Path) -> None:
    """What a replay starts from, of a warehouse that has it: the files, the flags."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name, (schema, table) in SNAPSHOT.items():
            found = connection.execute(
                "select 1 from duckdb_tables() where schema_name = ?"
                " and table_name = ?",
                [schema, table],
            ).fetchone()
            if found:
                target = literal(str(folder / name))
                connection.execute(
                    f"copy {schema}.{table} to {target} (format parquet)"
                )


def _write_counts(folder: Path, earlier: Earlier) -> None:
    with duckdb.connect(":memory:") as connection:
        _write(
            connection,
            folder / COUNTS_NAME,
            "series varchar, area varchar, period varchar, number bigint, low bigint,"
            " high bigint, weight double, rounding bigint, is_hidden boolean,"
            " is_marked_small boolean, is_revised boolean",
            [
                (
                    *key,
                    count.count,
                    count.low,
                    count.high,
                    count.weight,
                    count.rounding,
                    key in earlier.hidden,
                    key in earlier.marked_small,
                    key in earlier.revised,
                )
                for key, count in sorted(earlier.counts.items())
            ],
        )
        _write_apart(connection, folder / APART_NAME, earlier.apart)


def _write_told(folder: Path, told: Told) -> None:
    publication = told.publication
    with duckdb.connect(":memory:") as connection:
        _write(
            connection,
            folder / TOLD_NAME,
            "series varchar, area varchar, period varchar, mark varchar, count bigint,"
            " low bigint, high bigint, rounding bigint, is_revised boolean",
            [
                (
                    *cell.key,
                    cell.mark.value,
                    cell.count,
                    cell.low,
                    cell.high,
                    cell.rounding,
                    cell.key in publication.revised,
                )
                for cell in sorted(publication.cells, key=lambda cell: cell.key)
            ],
        )
        _write_apart(connection, folder / TOLD_APART_NAME, publication.apart)


def _write_apart(
    connection: duckdb.DuckDBPyConnection, path: Path, apart: Exceptions
) -> None:
    _write(
        connection,
        path,
        "relation varchar, series varchar, area varchar, period varchar,"
        " low bigint, high bigint, part_series varchar, part_area varchar,"
        " part_period varchar",
        [
            (relation, *key, how.low, how.high, *(part or (None,) * 3))
            for (relation, key), how in sorted(apart.items(), key=str)
            for part in sorted(how.left_out) or [None]
        ],
    )


def _write(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: str,
    rows: list[tuple],
) -> None:
    connection.execute(f"create or replace temp table written ({columns})")
    insert_rows(connection, "written", rows)
    connection.execute(f"copy written to {literal(str(path))} (format parquet)")


def read_earlier(past: Past) -> Earlier:
    """The counts of an earlier publication, and what it hid."""
    with duckdb.connect(":memory:") as connection:
        counts, hidden, small, revised = {}, set(), set(), set()
        for series, area, period, *rest in connection.execute(
            "select * from read_parquet(?)", [str(past.folder / COUNTS_NAME)]
        ).fetchall():
            number, low, high, weight, rounding, *flags = rest
            key = Key(series, area, period)
            counts[key] = Count(number, low, high, weight, rounding)
            for flag, keys in zip(flags, (hidden, small, revised), strict=True):
                if flag:
                    keys.add(key)
        apart = _read_apart(connection, past.folder / APART_NAME)
    return Earlier(
        publication=past.manifest["publication_id"],
        counts=counts,
        hidden=frozenset(hidden),
        marked_small=frozenset(small),
        revised=frozenset(revised),
        apart=apart,
    )


def _read_apart(connection: duckdb.DuckDBPyConnection, path: Path) -> Exceptions:
    apart: dict[tuple[str, Key], Apart] = {}
    for relation, series, area, period, low, high, *part in connection.execute(
        "select * from read_parquet(?)", [str(path)]
    ).fetchall():
        key = relation, Key(series, area, period)
        parts = frozenset([Key(*part)]) if part[0] is not None else frozenset()
        parts |= apart.get(key, Apart()).left_out
        apart[key] = Apart(low, high, parts)
    return apart


def read_told(past: Past) -> Told:
    """What an earlier publication disclosed.

    Where it is older than this memory, what it hid and the rule of then say the same.
    """
    path = past.folder / TOLD_NAME
    if not path.exists():
        return _told_by(read_earlier(past), read_structure(past), past.manifest)
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            "select * from read_parquet(?)", [str(path)]
        ).fetchall()
        apart = _read_apart(connection, past.folder / TOLD_APART_NAME)
    cells, revised = [], set()
    for series, area, period, mark, *numbers, is_revised in rows:
        key = Key(series, area, period)
        count, low, high, rounding = numbers
        cells.append(PublishedCell(key, Mark(mark), count, low, high, rounding))
        if is_revised:
            revised.add(key)
    facts = json.loads((past.folder / FACTS_NAME).read_text())
    return Told(
        Publication(
            past.manifest["publication_id"], tuple(cells), frozenset(revised), apart
        ),
        _structure(facts["told"]),
    )


def _told_by(earlier: Earlier, structure: Structure, manifest: Mapping) -> Told:
    cells = []
    for key, count in earlier.counts.items():
        if count.count is None:
            cell = PublishedCell(key, Mark.SOURCE, low=count.low, high=count.high)
        elif key in earlier.hidden:
            is_small = key in earlier.marked_small
            cell = PublishedCell(key, Mark.SMALL if is_small else Mark.HIDDEN)
        else:
            figure = round_half_up(count.count, count.rounding)
            cell = PublishedCell(key, Mark.SHOWN, figure, rounding=count.rounding)
        cells.append(cell)
    name = manifest["publication_id"]
    return Told(
        Publication(name, tuple(cells), earlier.revised, earlier.apart), structure
    )


def read_structure(past: Past) -> Structure:
    """What added up in an earlier publication."""
    return _structure(json.loads((past.folder / FACTS_NAME).read_text()))


def _structure(facts: Mapping) -> Structure:
    return Structure(
        area_parts={name: tuple(parts) for name, parts in facts["area_parts"].items()},
        period_parts={
            name: tuple(parts) for name, parts in facts["period_parts"].items()
        },
        adds_over_areas=frozenset(facts["adds_over_areas"]),
        adds_over_periods=frozenset(facts["adds_over_periods"]),
        sums={name: tuple(parts) for name, parts in facts["sums"].items()},
        within=tuple(tuple(pair) for pair in facts["within"]),
        same=tuple(tuple(pair) for pair in facts["same"]),
    )


def _facts(structure: Structure) -> dict:
    return {
        "area_parts": structure.area_parts,
        "period_parts": structure.period_parts,
        "adds_over_areas": sorted(structure.adds_over_areas),
        "adds_over_periods": sorted(structure.adds_over_periods),
        "sums": structure.sums,
        "within": structure.within,
        "same": structure.same,
    }


def put_together(structures: Iterable[Structure]) -> Structure:
    """All that adds up in any of several publications; the last says most."""
    structures = list(structures)
    last = structures[-1]
    periods = {}
    for structure in structures:
        periods |= structure.period_parts
    return Structure(
        area_parts=last.area_parts,
        period_parts=periods,
        adds_over_areas=frozenset().union(*(s.adds_over_areas for s in structures)),
        adds_over_periods=frozenset().union(*(s.adds_over_periods for s in structures)),
        sums=last.sums,
        within=tuple(sorted({pair for s in structures for pair in s.within})),
        same=tuple(sorted({pair for s in structures for pair in s.same})),
    )
