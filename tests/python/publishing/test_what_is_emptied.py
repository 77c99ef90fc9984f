"""What hiding empties, column by column: each row as it must be, worked out here.

The rows of a warehouse made by hand and the marks of its publication are all that is
given; what must then stand in every other column is written here in plain Python, which
shares nothing with the SQL that hides. A column that is not emptied where it must be
fails, and so does one that is emptied where it need not be.
"""

import csv
import itertools
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import numpy as np
import pytest
import small_world
from small_world import (
    CHANGE_COLUMNS,
    INNER,
    LONDON,
    OUTER,
    QUARTERS,
    TREND_COLUMNS,
    publish_into,
    richer,
)

from build_help import PROJECT
from lscb.disclosure.presets import preset

RULE = preset("hes_2008")
KEYS = ("indicator_id", "definition_version", "area_code", "period_id")
SMALL_OR_NONE = 6
# Five boroughs that are one another's neighbours.
BOROUGHS = {
    "E09000015": INNER,
    "E09000026": INNER,
    "E09000017": OUTER,
    "E09000031": OUTER,
    "E09000009": OUTER,
}
Row = dict[str, Any]
Key = tuple[str, int, str, str]

# The world of the other tests, with what stands on either side of each bound.
MORE = (
    "update mart.fct_indicator_values set records_set_aside ="
    " list_position(['2008-09Q1', '2008-09Q2', '2008-09Q3', '2008-09Q4', '2008-09'],"
    " period_id) + 2",
    "update mart.fct_coverage set received_date = date '2009-02-01'"
    " where area_code in ('E09000015', 'E13000001')",
    "update mart.fct_coverage set blocks_in = 0, coverage_status = 'partial'"
    " where area_code = 'E09000031'",
    "update mart.fct_coverage set coverage_status = 'partial'"
    " where area_code = 'E09000017' or period_id = '2008-09Q2'",
    # Of the ranked, one is not: it is fully reported for nobody.
    "update mart.fct_comparisons set rank = null, ranked_areas = null"
    " where area_code = 'E09000009' and period_id = '2008-09Q4'",
    # Who the neighbours are is not known here; that they have data is.
    "update mart.fct_comparisons set neighbours_value = 17, neighbours_with_data ="
    " case when area_code = 'E09000031' then 0 else 4 end",
)


def rows_of(file: Path, table: str) -> list[Row]:
    with duckdb.connect(str(file), read_only=True) as db:
        found = db.execute(f"from mart.{table}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def key_of(row: Row) -> Key:
    return tuple(row[name] for name in KEYS)


class World:
    """A warehouse and its publication, table by table."""

    def __init__(self, made: Path, told: Path) -> None:
        self.files = {"made": made, "told": told}
        self.kept: dict[tuple[str, str], list[Row]] = {}
        values = self.told("fct_indicator_values")
        self.hidden_counts = {
            key_of(row): row["value_status"]
            for row in values
            if row["value_status"].startswith("suppressed")
            and row["value_status"] != "suppressed_at_source"
        }
        self.hidden_denominators = {
            key_of(row) for row in values if row["is_denominator_hidden"]
        }
        self.hidden = set(self.hidden_counts) | self.hidden_denominators
        self.areas = {row["area_code"]: row for row in self.made("dim_areas")}
        self.periods = {row["period_id"]: row for row in self.made("dim_periods")}
        self.indicators = {r["indicator_id"]: r for r in self.made("dim_indicators")}

    def rows(self, which: str, table: str) -> list[Row]:
        if (which, table) not in self.kept:
            self.kept[which, table] = rows_of(self.files[which], table)
        return self.kept[which, table]

    def made(self, table: str) -> list[Row]:
        """The rows of the warehouse."""
        return self.rows("made", table)

    def told(self, table: str) -> list[Row]:
        """The rows of the publication."""
        return self.rows("told", table)

    def is_hidden(self, key: Key, **other: str) -> bool:
        """Whether the cell, with another area or period, is hidden."""
        row = dict(zip(KEYS, key, strict=True)) | other
        return key_of(row) in self.hidden


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The small world, published."""
    home = tmp_path_factory.mktemp("emptied")
    counts = {}
    for place, area in enumerate(BOROUGHS):
        for number, quarter in enumerate(QUARTERS):
            counts["SG12", area, quarter] = (7 + 3 * place + 5 * number, None)
            whole = 61 + 17 * place + 7 * number
            counts["SG10", area, quarter] = (11 + 2 * place + number, whole)
    counts["SG12", "E09000015", "2008-09Q2"] = (3, None)
    counts["SG10", "E09000031", "2008-09Q3"] = (2, 97)
    counts["SG10", "E09000015", "2008-09Q1"] = (0, 4)
    # A quarter with two children in all of London: its totals are hidden too.
    counts |= {("SG12", area, "2008-09Q3"): (0, None) for area in BOROUGHS}
    counts["SG12", "E09000017", "2008-09Q3"] = (2, None)
    with mock.patch.dict(small_world.BOROUGHS, BOROUGHS, clear=True):
        made = richer(home / "w.duckdb", counts)
    with duckdb.connect(str(made)) as db:
        for statement in MORE:
            db.execute(statement)
    return World(made, publish_into(made, home / "published", RULE).file)


def test_every_small_count_is_hidden_and_some_are_not(world: World) -> None:
    """Else there is nothing to see below."""
    small = {
        key_of(row)
        for row in world.made("fct_indicator_values")
        if 1 <= row["numerator"] < SMALL_OR_NONE
    }
    assert small and small <= set(world.hidden_counts)
    assert 10 < len(world.hidden) < len(world.made("fct_indicator_values")) / 2
    assert world.is_hidden(("SG12", 1, LONDON, "2008-09Q3"))
    assert world.hidden_denominators


def test_values(world: World) -> None:
    told = {key_of(row): row for row in world.told("fct_indicator_values")}
    made = {key_of(row): row for row in world.made("fct_indicator_values")}
    assert set(told) == set(made)
    for key, row in made.items():
        is_hidden = key in world.hidden
        aside = row["records_set_aside"]
        wanted = row | {"is_denominator_hidden": key in world.hidden_denominators}
        if is_hidden or 1 <= aside < SMALL_OR_NONE:
            wanted["records_set_aside"] = None
        if is_hidden:
            wanted |= dict.fromkeys(
                (
                    *("indicator_value", "lower_limit", "upper_limit"),
                    *("lower_limit_998", "upper_limit_998", "interval_method"),
                )
            )
        if key in world.hidden_counts:
            wanted["value_status"] = world.hidden_counts[key]
            if told[key]["numerator"] is None:
                wanted["numerator"] = None
            else:
                assert key in world.hidden_denominators
        if key in world.hidden_denominators:
            wanted["denominator"] = None
        if wanted["value_status"] == "suppressed":
            assert 1 <= row["numerator"] < SMALL_OR_NONE
        if row["numerator"] == 0:
            assert told[key]["numerator"] == 0
        assert told[key] == wanted, key


def quartiles_of(world: World, made: dict[Key, Row], key: Key) -> set[int]:
    """The quartiles that an area may be in, whatever the hidden counts are."""
    indicator = world.indicators[key[0]]
    peers = [
        other
        for other, row in made.items()
        if (other[0], other[1], other[3]) == (key[0], key[1], key[3])
        and row["rank"] is not None
    ]
    values = {key_of(r): r for r in world.made("fct_indicator_values")}
    shown = {key_of(r): r for r in world.told("fct_indicator_values")}

    def ends(other: Key) -> tuple[float, float]:
        row, told = values[other], shown[other]
        if other not in world.hidden:
            return row["indicator_value"], row["indicator_value"]
        most = 5 if told["value_status"] == "suppressed" else None
        if indicator["value_type"] == "count":
            return 1, 1e300 if most is None else most
        # A share, whose whole may be hidden too.
        whole = told["denominator"]
        if whole is None:
            return 0, 100
        return 100 / whole, 100 * min(1, 1 if most is None else most / whole)

    found = set()
    for chosen in itertools.product(*(sorted(set(ends(other))) for other in peers)):
        bounds = np.quantile(chosen, [0.25, 0.5, 0.75])
        own = chosen[peers.index(key)]
        found.add(1 + sum(own > bound for bound in bounds))
    return found


def neighbours() -> dict[str, set[str]]:
    """Who is whose neighbour in London, by the latest edition."""
    with (PROJECT / "seeds/reference/statistical_neighbours.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    last = max(row["edition"] for row in rows)
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["edition"] == last and row["neighbour_area_code"]:
            found[row["area_code"]].add(row["neighbour_area_code"])
    return found


def test_comparisons(world: World) -> None:
    told = {key_of(row): row for row in world.told("fct_comparisons")}
    made = {key_of(row): row for row in world.made("fct_comparisons")}
    values = {key_of(row): row for row in world.made("fct_indicator_values")}
    assert set(told) == set(made)
    whose = neighbours()
    seen: dict[str, int] = defaultdict(int)
    for key, row in made.items():
        code, version, area, period = key
        is_hidden = key in world.hidden
        london = world.is_hidden(key, area_code=LONDON)
        parent = world.is_hidden(key, area_code=BOROUGHS[area])
        kind = world.periods[period]["period_type"]
        before = sorted(
            (world.periods[other[3]]["start_date"], other)
            for other in made
            if other[:3] == key[:3]
            and world.periods[other[3]]["period_type"] == kind
            and world.periods[other[3]]["start_date"]
            < world.periods[period]["start_date"]
        )
        previous = bool(before) and before[-1][1] in world.hidden
        trend = is_hidden or any(other in world.hidden for _, other in before[-4:])
        gone = {
            "london_value": london,
            "inner_outer_value": parent,
            "rank": is_hidden and row["rank"] is not None,
            "benchmark_95": is_hidden or london,
            "benchmark_998": is_hidden or london,
            "funnel_position": is_hidden or london,
            "previous_value": previous,
            **dict.fromkeys(CHANGE_COLUMNS, is_hidden or previous),
            **dict.fromkeys(TREND_COLUMNS, trend),
        }
        peers = [
            other
            for other, its in made.items()
            if (other[0], other[1], other[3]) == (code, version, period)
            and its["rank"] is not None
        ]
        shown = [other for other in peers if other not in world.hidden]
        wanted = dict(row)
        if row["quartile"] is not None:
            may_be = (
                quartiles_of(world, made, key)
                if key in peers and len(peers) > 3
                else ()
            )
            gone["quartile"] = may_be != {row["quartile"]}
        wanted["ranked_areas"] = None
        if not is_hidden and row["rank"] is not None:
            wanted["rank"] = 1 + sum(made[o]["rank"] < row["rank"] for o in shown)
            wanted["ranked_areas"] = len(shown)
        around = [other for other in peers if other[2] in whose[area]]
        seen_around = [other for other in around if other not in world.hidden]
        any_hidden = any(world.is_hidden(key, area_code=other) for other in whose[area])
        if row["neighbours_with_data"] and 0 < len(seen_around) < len(around):
            counts = [values[other] for other in seen_around]
            total = sum(each["numerator"] for each in counts)
            whole = sum(each["denominator"] or 0 for each in counts)
            is_count = world.indicators[code]["value_type"] == "count"
            wanted["neighbours_with_data"] = len(seen_around)
            wanted["neighbours_value"] = (
                total / len(seen_around) if is_count else 100 * total / whole
            )
            wanted["neighbours_value_reason"] = "neighbours_partly_hidden"
            seen["neighbours in part"] += 1
        else:
            gone["neighbours_value"] = any_hidden
        for name, is_gone in gone.items():
            if is_gone:
                wanted[name] = None
                if f"{name}_reason" in wanted:
                    wanted[f"{name}_reason"] = "suppressed"
            seen[f"{name} {'gone' if is_gone else 'told'}"] += 1
        if london:
            wanted |= dict.fromkeys(("london_basis", "london_areas", "london_missing"))
        assert told[key] == pytest.approx(wanted), key
    for name in gone:
        assert seen[f"{name} gone"] and seen[f"{name} told"], name
    assert seen["neighbours in part"]


def test_coverage(world: World) -> None:
    told = {key_of(row): row for row in world.told("fct_coverage")}
    kinds = set()
    for row in world.made("fct_coverage"):
        wanted = dict(row)
        is_whole = row["blocks_in"] >= row["blocks_expected"]
        if key_of(row) in world.hidden and row["coverage_status"] == "partial":
            kinds.add((is_whole, row["received_date"] > row["due_date"]))
            if is_whole:
                late = row["received_date"] > row["due_date"]
                wanted["coverage_status"] = "late" if late else "on time"
        assert told[key_of(row)] == wanted
    assert {(True, True), (True, False), (False, False)} <= kinds


def possible(world: World) -> dict[Key, set[Key]]:
    """The files that could have counted towards each cell that cites any."""
    cells = {key_of(row) for row in world.made("fct_lineage")}
    found = {}
    for key in cells:
        span = world.periods[key[3]]
        found[key] = {
            block_of(file)
            for file in world.made("fct_submissions")
            if world.periods[file["period_id"]]["start_date"] >= span["start_date"]
            and world.periods[file["period_id"]]["end_date"] <= span["end_date"]
            and key[2] in (file["area_code"], BOROUGHS[file["area_code"]], LONDON)
        }
    return found


def block_of(file: Row) -> tuple:
    """What a file is known by inside and outside."""
    return file["extract"], file["submitter"], file["period_id"], file["version"]


def name_of(block: tuple) -> str:
    extract, submitter, period, version = block
    return f"{extract} {submitter} {period} v{version}"


def behind(world: World) -> set[tuple]:
    """The files that could be behind a hidden cell."""
    return {
        block
        for key, blocks in possible(world).items()
        if key in world.hidden
        for block in blocks
    }


def test_lineage_cites_every_file_that_could_count_and_no_line(world: World) -> None:
    accepted = {
        block_of(file)
        for file in world.made("fct_submissions")
        if file["status"] == "accepted"
    }
    wanted = {
        (*key, name_of(block))
        for key, blocks in possible(world).items()
        for block in blocks & accepted
    }
    found = world.told("fct_lineage")
    assert {(*key_of(row), row["file_name"]) for row in found} == wanted
    assert len(found) == len(wanted)
    names = ("numerator_rows", "denominator_rows", "first_line", "last_line", "sha256")
    assert {row[name] for row in found for name in names} == {None}
    ids = {row["file_id"] for row in world.told("fct_submissions")}
    assert {row["file_id"] for row in found} <= ids


def test_files(world: World) -> None:
    hidden = behind(world)
    names = {
        key_of_file: block_of(row)
        for row in world.told("fct_submissions")
        for key_of_file in [row["file_id"]]
    }
    counts = ("lines_read", "rows_accepted", "rows_set_aside", "rows_duplicate")
    counts += ("rows_passed_over",)
    told = {block_of(row): row for row in world.told("fct_submissions")}
    made = {block_of(row): row for row in world.made("fct_submissions")}
    assert set(told) == set(made)
    assert 0 < len(hidden) < len(made)
    for block, row in made.items():
        for name in counts:
            assert told[block][name] == (None if block in hidden else row[name])
        for name in ("area_code", "status"):
            assert told[block][name] == row[name]
        assert told[block]["sha256"] is None
        assert told[block]["file_id"] != row["file_id"]
    inside = {row["file_id"]: block_of(row) for row in world.made("fct_submissions")}
    noticed = {
        inside[r["file_id"]]: r["occurrences"]
        for r in world.made("fct_submission_notices")
    }
    found = {
        names[r["file_id"]]: r["occurrences"]
        for r in world.told("fct_submission_notices")
    }
    assert found == {
        block: None if block in hidden else times for block, times in noticed.items()
    }
    aside: dict[tuple, int] = defaultdict(int)
    for row in world.made("fct_set_aside"):
        aside[inside[row["file_id"]]] += 1
    found_aside: dict[tuple, int] = defaultdict(int)
    for row in world.told("fct_set_aside"):
        assert row["line_number"] is None
        found_aside[names[row["file_id"]]] += 1
    assert set(aside.values()) == {3}
    assert found_aside == {b: 1 if b in hidden else n for b, n in aside.items()}


def test_findings(world: World) -> None:
    """A finding goes with its cell, with what is linked to it, and with its file."""
    inside = {row["file_id"]: block_of(row) for row in world.made("fct_submissions")}
    blocks = {block[:3] for block in behind(world)}
    with (PROJECT / "seeds/reference/extracts.csv").open() as lines:
        fixed = {
            row["extract"]
            for row in csv.DictReader(lines)
            if row["submitter_kind"] == "fixed"
        }
    assert "lado_referrals" not in fixed
    linked = defaultdict(set)
    for row in world.told("dim_disclosure_links"):
        one, other = row["first_indicator_id"], row["second_indicator_id"]
        linked[one].add(other)
        linked[other].add(one)

    def is_told(row: Row) -> bool:
        key = key_of(row)
        if row["file_id"] is None:
            if key in world.hidden:
                return False
            beside = {key[0], *linked[key[0]]}
            is_near = any(k[0] in beside and k[2] == key[2] for k in world.hidden)
            is_judged = row["category"] not in ("completeness", "timeliness")
            return not (is_judged and is_near) and row["state"] != "resolved"
        if row["rule_code"] == "submission_late":
            return True
        is_behind = inside[row["file_id"]][:3] in blocks
        return not is_behind and row["state"] != "resolved"

    def alike(row: Row, name: Callable[[Row], Any]) -> tuple:
        return (row["rule_code"], row["state"], row["category"], name(row))

    names = {row["file_id"]: block_of(row) for row in world.told("fct_submissions")}
    wanted = sorted(
        str(alike(row, lambda r: inside.get(r["file_id"]) or key_of(r)))
        for row in world.made("fct_quality_flags")
        if is_told(row)
    )
    found = sorted(
        str(alike(row, lambda r: names.get(r["file_id"]) or key_of(r)))
        for row in world.told("fct_quality_flags")
    )
    assert found == wanted
    assert 10 < len(found) < len(world.made("fct_quality_flags")) - 10
    flags = world.told("fct_quality_flags")
    assert len({row["flag_id"] for row in flags}) == len(flags)
    open_flags: dict[tuple, int] = defaultdict(int)
    for row in flags:
        if row["state"] != "resolved":
            open_flags[row["suite"], row["rule_code"]] += 1
    for row in world.told("fct_quality_results"):
        number = open_flags[row["suite"], row["rule_code"]]
        assert row["rows_failing"] == number
        assert row["status"] == ("failed" if number else "passed")
