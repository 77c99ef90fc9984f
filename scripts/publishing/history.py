"""Publications that readers may hold: their files, and the counts behind them.

Each has a folder of its own below `history`, for the owner alone. The file is kept for
the last few; the counts, which the next publication must not give away, for all.
"""

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from disclosure.structure import Apart, Key, Structure
from disclosure.tables import Count, Earlier

FILE_NAME = "lscb.duckdb"
MANIFEST_NAME = "manifest.json"
FOLDER_NAME = "history"
COUNTS_NAME, APART_NAME, FACTS_NAME = "counts.parquet", "apart.parquet", "facts.json"


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


def earlier_publications(folder: Path) -> list[Past]:
    """What was published into a folder, oldest first, the one that stands the last."""
    standing = _standing(folder)
    return [
        past
        for past in _entries(folder)
        if standing is None or past.manifest["sequence"] <= standing
    ]


def forget_unfinished(folder: Path) -> None:
    """Remove entries beyond the publication that stands, and halves of entries.

    They were never swapped in, because the run that wrote them was ended.
    """
    finished = {past.folder for past in earlier_publications(folder)}
    for entry in (folder / FOLDER_NAME).glob("*"):
        if entry not in finished:
            shutil.rmtree(entry)


def _entries(folder: Path) -> list[Past]:
    found = [
        Past(entry, json.loads((entry / MANIFEST_NAME).read_text()))
        for entry in (folder / FOLDER_NAME).glob("[!.]*")
    ]
    return sorted(found, key=lambda past: past.manifest["sequence"])


def _standing(folder: Path) -> int | None:
    """The number of the publication that stands, read from its file."""
    target = folder / FILE_NAME
    if not target.exists():
        return None
    with duckdb.connect(str(target), read_only=True) as connection:
        found = connection.execute(
            "select content from mart.about_publication where item = 'sequence'"
        ).fetchone()
    return int(found[0]) if found else 0


def remember(
    folder: Path,
    file: Path,
    manifest: dict,
    earlier: Earlier,
    structure: Structure,
) -> None:
    """Keep a publication; the entry appears whole or not at all."""
    history = folder / FOLDER_NAME
    history.mkdir(exist_ok=True, mode=0o700)
    history.chmod(0o700)
    entry = history / manifest["publication_id"]
    fresh = history / f".{entry.name}.new"
    for leftover in (fresh, entry):
        if leftover.exists():
            shutil.rmtree(leftover)
    fresh.mkdir(mode=0o700)
    shutil.copyfile(file, fresh / FILE_NAME)
    _write_counts(fresh, earlier)
    (fresh / FACTS_NAME).write_text(json.dumps(_facts(structure), sort_keys=True))
    (fresh / MANIFEST_NAME).write_text(as_text(manifest))
    for path in fresh.iterdir():
        path.chmod(0o600)
    fresh.replace(entry)


def forget_files(earlier: Sequence[Past], keep: int) -> None:
    """Drop the files of all but the last few; their counts stay."""
    for past in earlier[: max(len(earlier) - keep, 0)]:
        (past.folder / FILE_NAME).unlink(missing_ok=True)


def as_text(manifest: dict) -> str:
    """A manifest as it is written."""
    return json.dumps(manifest, indent=2, sort_keys=True) + "\n"


def kept_number() -> int:
    """How many publications are kept with their files: LSCB_KEEP_PUBLICATIONS."""
    text = os.environ.get("LSCB_KEEP_PUBLICATIONS") or "5"
    if not text.isdigit() or int(text) < 1:
        raise ValueError(
            f"LSCB_KEEP_PUBLICATIONS is {text!r}: give a whole number of 1 or more"
        )
    return int(text)


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
        _write(
            connection,
            folder / APART_NAME,
            "relation varchar, series varchar, area varchar, period varchar,"
            " low bigint, high bigint, part_series varchar, part_area varchar,"
            " part_period varchar",
            [
                (relation, *key, how.low, how.high, *(part or (None,) * 3))
                for (relation, key), how in sorted(earlier.apart.items(), key=str)
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
    if rows:
        columnar = list(zip(*rows, strict=True))
        marks = ", ".join("unnest(?)" for _ in columnar)
        connection.execute(
            f"insert into written select {marks}", [list(each) for each in columnar]
        )
    target = str(path).replace("'", "''")
    connection.execute(f"copy written to '{target}' (format parquet)")


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
        apart: dict[tuple[str, Key], Apart] = {}
        for relation, series, area, period, low, high, *part in connection.execute(
            "select * from read_parquet(?)", [str(past.folder / APART_NAME)]
        ).fetchall():
            key = relation, Key(series, area, period)
            parts = frozenset([Key(*part)]) if part[0] is not None else frozenset()
            parts |= apart.get(key, Apart()).left_out
            apart[key] = Apart(low, high, parts)
    return Earlier(
        publication=past.manifest["publication_id"],
        counts=counts,
        hidden=frozenset(hidden),
        marked_small=frozenset(small),
        revised=frozenset(revised),
        apart=apart,
    )


def read_structure(past: Past) -> Structure:
    """What added up in an earlier publication."""
    facts = json.loads((past.folder / FACTS_NAME).read_text())
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
