"""Where complete authorities stand for a region that is not whole: told if it follows.

Random groups of six boroughs, two halves and a region, of which some counts are hidden
and some totals are no sums. What the guard tells in SQL must be what plain arithmetic
on the counts that are shown gives; what the audit lets pass must follow from them.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pytest
from small_world import (
    BOROUGHS,
    LONDON,
    OUTER,
    publish_into,
    usual_counts,
    write_warehouse,
)

from build_help import PROJECT
from lscb.disclosure.attack import Knowledge, Mark, PublishedCell, attack
from lscb.disclosure.presets import preset
from lscb.disclosure.structure import Key, Structure
from lscb.publishing.audit import audit_files, read_file
from lscb.publishing.hiding import SQL
from lscb.publishing.implied import not_implied
from lscb.sql import read_query

RULE = preset("hes_2008")
HALVES = {"I": ("I1", "I2", "I3"), "O": ("O1", "O2", "O3")}
PARENTS = {area: half for half, areas in HALVES.items() for area in areas}
PARENTS |= {"I": "R", "O": "R", "U": "R"}
KINDS = {"SG12": ("count", 1), "SG10": ("proportion", 100)}
MEASURES = ("numerator", "denominator")
GROUPS = 600


@dataclass
class Group:
    """One indicator and period: true counts, who is complete, and what is not shown."""

    code: str
    period: str
    counts: dict[str, dict[str, int | None]]
    complete: set[str]
    hidden: set[tuple[str, str]] = field(default_factory=set)
    apart: set[tuple[str, str]] = field(default_factory=set)

    @property
    def measures(self) -> tuple[str, ...]:
        return MEASURES[: 1 if self.code == "SG12" else 2]

    @property
    def value(self) -> float:
        """The figure of those that are complete."""
        sums = [sum(self.counts[m][a] for a in self.complete) for m in self.measures]
        return sums[0] if self.code == "SG12" else 100 * sums[0] / sums[1]

    def shown(self, measure: str, area: str) -> int | None:
        """A count as a reader has it, 0 where there is none; None where hidden."""
        if (measure, area) in self.hidden:
            return None
        return self.counts[measure].get(area) or 0

    def is_sum(self, measure: str, total: str) -> bool:
        """Whether readers are told that the total is the sum of its parts."""
        there = self.counts[measure].get(total) is not None
        return there and (measure, total) not in self.apart

    def by_totals(self, measure: str) -> float | None:
        """The sum by halves, else at once, as the decision says."""
        sums = [self.in_half(measure, half) for half in HALVES]
        if None not in sums:
            return sum(sums)
        rest = [area for area in PARENTS if area not in {*self.complete, *HALVES}]
        known = [self.shown(measure, area) for area in rest]
        is_sum = all(self.is_sum(measure, total) for total in ("R", *HALVES))
        whole = self.shown(measure, "R")
        return None if None in (whole, *known) or not is_sum else whole - sum(known)

    def in_half(self, measure: str, half: str) -> float | None:
        own = [self.shown(measure, a) for a in HALVES[half] if a in self.complete]
        if None not in own:
            return sum(own)
        rest = [self.shown(measure, a) for a in HALVES[half] if a not in self.complete]
        whole = self.shown(measure, half)
        if None in (whole, *rest) or not self.is_sum(measure, half):
            return None
        return whole - sum(rest)

    def follows(self, measure: str) -> bool:
        """Whether any combination of the shown sums gives the sum of the complete."""
        unknown = [
            area for area in (*PARENTS, "R") if self.shown(measure, area) is None
        ]
        wanted = [float(area in self.complete) for area in unknown]
        if not any(wanted):
            return True
        rows = [
            [(a == total) - float(PARENTS.get(a) == total) for a in unknown]
            for total in ("R", *HALVES)
            if self.is_sum(measure, total)
        ]
        ranks = [np.linalg.matrix_rank(np.array(m)) for m in (rows, [*rows, wanted])]
        return bool(rows) and ranks[0] == ranks[1]


def groups() -> Iterator[Group]:
    dice = random.Random(20090331)
    for number in range(GROUPS):
        code = dice.choice(list(KINDS))
        complete = {a for half in HALVES.values() for a in half if dice.random() < 0.7}
        complete |= {"I1", "O2"}
        absent = {
            a
            for half in HALVES.values()
            for a in half
            if a not in complete and dice.random() < 0.3
        }
        group = Group(code, f"p{number}", {}, complete)
        for measure in group.measures:
            counts = {
                area: dice.randint(*((0, 30) if measure == "numerator" else (40, 90)))
                for half in HALVES.values()
                for area in half
                if area not in absent
            }
            if measure == "numerator":
                counts["U"] = dice.choice((0, 0, 4))
            for total in ("I", "O", "R"):
                counts[total] = sum(
                    count for area, count in counts.items() if PARENTS[area] == total
                )
                if dice.random() < 0.1:
                    counts[total] += 3
                    group.apart.add((measure, total))
            group.counts[measure] = counts
            share = dice.choice((0, 0.1, 0.3))
            group.hidden |= {(measure, a) for a in counts if dice.random() < share}
        yield group


@pytest.fixture(scope="module")
def world() -> dict[tuple[str, str], Group]:
    return {(group.code, group.period): group for group in groups()}


@pytest.fixture(scope="module")
def db(world: Mapping[tuple[str, str], Group]) -> duckdb.DuckDBPyConnection:
    """The groups as publishing has them when it comes to comparisons."""
    db = duckdb.connect(":memory:")
    db.execute("create schema mart")
    keys = "indicator_id varchar, definition_version bigint, area_code varchar,"
    keys += " period_id varchar"
    for table, columns in {
        "mart.fct_indicator_values": f"{keys}, numerator double, denominator double,"
        " indicator_value double, value_status varchar, is_denominator_hidden boolean",
        "mart.fct_comparisons": f"{keys}, rank bigint, rank_reason varchar,"
        " london_basis varchar, london_value double, quartile bigint,"
        " neighbours_value double",
        "mart.fct_totals_apart": f"{keys}, measure varchar, relation varchar",
        "mart.dim_areas": "area_code varchar, area_type varchar,"
        " parent_area_code varchar, region_area_code varchar",
        "mart.dim_indicators": "indicator_id varchar, definition_version bigint,"
        " value_type varchar, multiplier double, polarity varchar",
        "mart.dim_disclosure_rule": "threshold bigint",
        "marks": f"{keys}, numerator_mark varchar, hides_denominator boolean",
    }.items():
        temporary = "" if table.startswith("mart.") else "temp "
        db.execute(f"create {temporary}table {table} ({columns})")
    kinds = {"R": "region", "I": "sub_region", "O": "sub_region", "U": "unallocated"}
    for area in (*PARENTS, "R"):
        kind = kinds.get(area, "local_authority")
        region = "R" if kind == "local_authority" else None
        place = [area, kind, PARENTS.get(area), region]
        db.execute("insert into mart.dim_areas values (?, ?, ?, ?)", place)
    for code, (kind, multiplier) in KINDS.items():
        db.execute(
            "insert into mart.dim_indicators values (?, 1, ?, ?, 'low_is_good')",
            [code, kind, multiplier],
        )
    db.execute("insert into mart.dim_disclosure_rule values (5)")
    rows: dict[str, list[tuple]] = {"values": [], "compared": [], "marks": []}
    apart = []
    for group in world.values():
        for area in (*PARENTS, "R"):
            key = (group.code, 1, area, group.period)
            shown = [
                None
                if (measure, area) in group.hidden
                else group.counts.get(measure, {}).get(area)
                for measure in MEASURES
            ]
            is_hidden = [(measure, area) in group.hidden for measure in MEASURES]
            is_complete = area in group.complete
            status = "reported" if is_complete else "partial"
            if group.counts["numerator"].get(area) is None:
                status = "not_submitted"
            if is_hidden[0]:
                status = "suppressed_secondary"
            rows["values"].append((*key, *shown, None, status, is_hidden[1]))
            if any(is_hidden):
                mark = "suppressed_secondary" if is_hidden[0] else None
                rows["marks"].append((*key, mark, is_hidden[1]))
            reason = None if is_complete else "value_not_reported"
            basis = ("complete_boroughs", group.value)
            if PARENTS.get(area) not in HALVES:
                basis = (None, None)
            rank = 1 if is_complete else None
            rows["compared"].append((*key, rank, reason, *basis, None, None))
        apart += [
            (group.code, 1, area, group.period, measure, "areas")
            for measure, area in group.apart
        ]
    for table, lines in (
        ("mart.fct_indicator_values", rows["values"]),
        ("mart.fct_comparisons", rows["compared"]),
        ("marks", rows["marks"]),
        ("mart.fct_totals_apart", apart),
    ):
        marks = ", ".join("?" * len(lines[0]))
        db.executemany(f"insert into {table} values ({marks})", lines)
    answered = ["reported", "partial", "no_denominator", "suppressed_at_source"]
    db.execute(read_query(SQL, "complete_told"), {"answer": answered})
    return db


def test_the_guard_tells_what_follows_and_nothing_else(
    db: duckdb.DuckDBPyConnection, world: Mapping[tuple[str, str], Group]
) -> None:
    told = {
        (code, period): value
        for code, period, value in db.execute(
            "select indicator_id, period_id, value_told from complete_told"
        ).fetchall()
    }
    ways = {"nothing hidden": 0, "told": 0, "not told": 0, "would follow": 0}
    for key, group in world.items():
        by_totals = [group.by_totals(measure) for measure in group.measures]
        follows = all(group.follows(measure) for measure in group.measures)
        if None in by_totals:
            assert key not in told, key
            ways["would follow" if follows else "not told"] += 1
            continue
        assert follows, key
        assert told[key] == pytest.approx(group.value), key
        own = {(m, area) for m in group.measures for area in group.complete}
        ways["told" if own & group.hidden else "nothing hidden"] += 1
    assert min(ways[way] for way in ("nothing hidden", "told", "not told")) > 50, ways


def test_the_audit_lets_pass_what_follows_and_nothing_else(
    db: duckdb.DuckDBPyConnection, world: Mapping[tuple[str, str], Group]
) -> None:
    """Here every figure stands in the file, whether it may or not."""
    found = not_implied(db, PROJECT / "seeds").get("complete", [])
    named = {(key.indicator_id, key.period_id) for key in found}
    for key, group in world.items():
        follows = all(group.follows(measure) for measure in group.measures)
        assert (key in named) != follows, key
    db.execute("begin")
    db.execute("update mart.fct_comparisons set london_value = london_value * 1.001")
    wrong = not_implied(db, PROJECT / "seeds")["complete"]
    db.execute("rollback")
    wanted = {key for key, group in world.items() if group.value}
    assert {(key.indicator_id, key.period_id) for key in wrong} >= wanted


LATE = "E09000004"
COMPLETE = [area for area in BOROUGHS if area != LATE]


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The small world with one borough partial, and its publication."""
    home = tmp_path_factory.mktemp("late")
    counts = usual_counts()
    # The late borough is hidden itself, and nothing but another can cover for it.
    counts["SG12", "E09000003", "2008-09Q4"] = (2, None)
    counts["SG12", LATE, "2008-09Q4"] = (3, None)
    made = write_warehouse(home / "w.duckdb", counts)
    with duckdb.connect(str(made)) as db:
        db.execute("update mart.fct_comparisons set neighbours_value = null")
        db.execute(
            "update mart.fct_indicator_values set value_status = 'partial'"
            f" where area_code in ('{LATE}', '{OUTER}', '{LONDON}')"
        )
        db.execute(
            "update mart.fct_comparisons set rank = null, rank_reason ="
            f" 'value_not_reported', quartile = null where area_code = '{LATE}'"
        )
        db.execute(
            "update mart.fct_comparisons as compared set"
            " london_basis = 'complete_boroughs', london_areas = 4,"
            " london_missing = 'Late', quartile = null, london_value = ("
            " select case when compared.indicator_id = 'SG12' then sum(numerator)"
            " else 100 * sum(numerator) / sum(denominator) end"
            " from mart.fct_indicator_values as own"
            " where own.indicator_id = compared.indicator_id"
            " and own.period_id = compared.period_id and own.area_code in"
            f" ({', '.join(repr(area) for area in COMPLETE)}))"
        )
    return made, publish_into(made, home / "published", RULE).file


def test_a_late_borough_takes_no_comparison_from_the_rest(
    late: tuple[Path, Path],
) -> None:
    """Where it is told the region is named, and where not, nothing rests on it."""
    query = (
        "select indicator_id, period_id, area_code, london_value, london_value_reason,"
        " london_basis, london_areas, london_missing, benchmark_95 is not null,"
        " benchmark_95_reason from mart.fct_comparisons"
    )
    rows = {}
    for name, file in zip(("made", "told"), late, strict=True):
        with duckdb.connect(str(file), read_only=True) as db:
            rows[name] = {
                tuple(row[:3]): tuple(row[3:]) for row in db.execute(query).fetchall()
            }
    with duckdb.connect(str(late[1]), read_only=True) as db:
        hidden = set(
            db.execute(
                "select indicator_id, period_id, area_code"
                " from mart.fct_indicator_values"
                " where value_status like 'suppressed%' or is_denominator_hidden"
            ).fetchall()
        )
    told, not_told = 0, 0
    for key, made in rows["made"].items():
        found = rows["told"][key]
        if found[0] is None:
            not_told += 1
            assert found[1:6] == ("suppressed", None, None, None, False), key
            assert found[6] == "suppressed"
            continue
        assert found[:5] == made[:5], key
        assert found[5] == (key not in hidden), key
        told += 1
    assert told and not_told


def test_the_new_totals_tell_an_attacker_nothing(late: tuple[Path, Path]) -> None:
    """With the sum of the complete as one more equation, each interval is as before."""
    file = late[1]
    assert audit_files([file]).is_clean
    told = read_file(file)
    series = "SG12/1/numerator"
    with duckdb.connect(str(file), read_only=True) as db:
        sums = db.execute(
            "select distinct period_id, london_value from mart.fct_comparisons"
            " where indicator_id = 'SG12' and london_value is not null"
        ).fetchall()
    assert sums
    new = tuple(
        PublishedCell(Key(series, "complete", period), Mark.SHOWN, round(value))
        for period, value in sums
    )
    structure = told.structure
    parts = {**structure.area_parts, "complete": tuple(COMPLETE)}
    more = Structure(**{**vars(structure), "area_parts": parts})
    publication = told.publication
    with_sums = type(publication)(
        publication.name,
        (*publication.cells, *new),
        publication.revised,
        publication.apart,
    )
    knowledge = Knowledge(threshold=RULE.threshold)
    before = attack([publication], structure, knowledge)
    after = attack([with_sums], more, knowledge)
    assert before.intervals and after.intervals == before.intervals
    small = [c for c in publication.cells if c.mark in (Mark.SMALL, Mark.HIDDEN)]
    assert {key.area for key in (cell.key for cell in small)} & set(COMPLETE)


def test_a_sum_that_does_not_follow_is_refused(late: tuple[Path, Path]) -> None:
    """The audit names it, whoever put it there."""
    made, file = late
    copy = file.with_name("copy.duckdb")
    copy.write_bytes(file.read_bytes())
    with duckdb.connect(str(copy)) as db:
        db.execute(f"attach '{made}' as made (read_only)")
        (changed,) = db.execute(
            "update mart.fct_comparisons as told set london_value = made.london_value,"
            " london_basis = made.london_basis"
            " from made.mart.fct_comparisons as made"
            " where told.london_value is null and told.indicator_id = made.indicator_id"
            " and told.area_code = made.area_code and told.period_id = made.period_id"
        ).fetchone()
        assert changed
    beside = audit_files([copy]).beside
    assert "a figure of complete authorities that rests on a hidden count" in beside
