"""Comparisons, coverage and scorecard as wholes, row for row, by another road.

Values are those of fct_indicator_values, which test_truth.py holds against the sample's
truth; what follows from them, from the seeds and from the ledger of files is worked out
here in plain Python, for every row of the sample.
"""

import csv
import itertools
import math
from bisect import bisect_left
from collections import defaultdict
from datetime import date, timedelta
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from build_help import AS_OF, PROJECT, Build

Row = dict[str, Any]
Key = tuple[str, int, str, str]
KEYS = ("indicator_id", "definition_version", "area_code", "period_id")
SEEDS = PROJECT / "seeds" / "reference"
Z = {"0.025": 1.959963984540054, "0.001": 3.090232306167813}


def rows_of(warehouse: Build, table: str) -> list[Row]:
    found = warehouse.marts.execute(f"from {table}")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def key_of(row: Row) -> Key:
    return tuple(row[name] for name in KEYS)


@pytest.fixture(scope="module")
def values(warehouse: Build) -> dict[Key, Row]:
    return {key_of(row): row for row in rows_of(warehouse, "mart.fct_indicator_values")}


@pytest.fixture(scope="module")
def indicators(warehouse: Build) -> dict[tuple[str, int], Row]:
    return {
        (row["indicator_id"], row["definition_version"]): row
        for row in rows_of(warehouse, "mart.dim_indicators")
    }


@pytest.fixture(scope="module")
def areas(warehouse: Build) -> dict[str, Row]:
    return {row["area_code"]: row for row in rows_of(warehouse, "mart.dim_areas")}


@pytest.fixture(scope="module")
def periods(warehouse: Build) -> dict[str, Row]:
    return {row["period_id"]: row for row in rows_of(warehouse, "mart.dim_periods")}


@pytest.fixture(scope="module")
def before(periods: dict[str, Row]) -> dict[str, str]:
    """The period before each, of the same kind."""
    found = {}
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in periods.values():
        kinds[row["period_type"]].append(row)
    for rows in kinds.values():
        rows.sort(key=lambda row: row["start_date"])
        for one, other in itertools.pairwise(rows):
            found[other["period_id"]] = one["period_id"]
    return found


class Comparing:
    """What each value is held against."""

    def __init__(self, values, indicators, areas, periods, before) -> None:
        self.values, self.indicators, self.areas = values, indicators, areas
        self.periods, self.before = periods, before
        self.peers: dict[tuple, dict[str, float]] = defaultdict(dict)
        for key, row in values.items():
            if self.is_comparable(key):
                value = row["indicator_value"]
                self.peers[key[0], key[1], key[3]][key[2]] = value
        lines = [r for r in seed("statistical_neighbours") if r["neighbour_area_code"]]
        last = max(int(line["edition"]) for line in lines)
        self.neighbours: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            if int(line["edition"]) == last:
                self.neighbours[line["area_code"]].append(line["neighbour_area_code"])
        self.breaks: dict[str, list[date]] = defaultdict(list)
        for line in seed("indicator_breaks"):
            day = date.fromisoformat(line["break_date"])
            self.breaks[line["indicator_id"]].append(day)

    def is_authority(self, key: Key) -> bool:
        return self.areas[key[2]]["area_type"] == "local_authority"

    def is_comparable(self, key: Key) -> bool:
        row = self.values.get(key)
        return (
            row is not None
            and self.is_authority(key)
            and row["value_status"] == "reported"
            and row["indicator_value"] is not None
        )

    def why_not(self, key: Key) -> str | None:
        """Why nothing is compared at all, if so."""
        row = self.values[key]
        if not self.is_authority(key):
            return "not_an_authority"
        if row["value_status"] != "reported":
            return "value_not_reported"
        return "no_value" if row["indicator_value"] is None else None

    def above(self, key: Key, area: str | None) -> tuple:
        """The part of the region, and why it is not given or not whole."""
        row = self.values.get((key[0], key[1], area, key[3]), {})
        value, status = row.get("indicator_value"), row.get("value_status")
        if not self.is_authority(key):
            return value, "not_an_authority"
        if not self.indicators[key[:2]]["additive_over_areas"]:
            return value, "not_additive_over_areas"
        if value is None:
            return None, status or "no_total"
        return value, "inner_outer_is_partial" if status == "partial" else None

    def against(self, key: Key) -> tuple:
        """What stands for London, why nothing does, who it is and who is missing."""
        nobody = (None, None, None)
        if not self.is_authority(key):
            return None, "not_an_authority", *nobody
        definition = self.indicators[key[:2]]
        if not definition["additive_over_areas"]:
            return None, "not_additive_over_areas", *nobody
        region = self.areas[key[2]]["region_area_code"]
        whole = self.values.get((key[0], key[1], region, key[3]), {})
        if whole.get("value_status") == "reported":
            return (
                whole["indicator_value"],
                None,
                "whole",
                whole["areas_included"],
                None,
            )
        there, missing = [], []
        for code, area in self.areas.items():
            if area["region_area_code"] != region:
                continue
            other = (key[0], key[1], code, key[3])
            status = self.values.get(other, {}).get("value_status")
            if self.is_comparable(other):
                there.append(self.values[other])
            elif status not in ("not_applicable", "not_defined"):
                missing.append(area["area_name"])
        if there and len(there) >= len(missing):
            value = math.fsum(row["numerator"] for row in there)
            if definition["value_type"] != "count":
                value *= definition["multiplier"]
                value /= math.fsum(row["denominator"] for row in there)
            names = ", ".join(sorted(missing)) or None
            return value, None, "complete_boroughs", len(there), names
        if whole.get("value_status") == "partial":
            return None, "too_few_complete", *nobody
        return None, whole.get("value_status") or "no_total", *nobody

    def around(self, key: Key) -> tuple:
        """The figure of the neighbours, how many have one, why it is not given."""
        definition = self.indicators[key[:2]]
        reason = None
        if not self.is_authority(key):
            return None, 0, "not_an_authority"
        if not definition["additive_over_areas"]:
            return None, 0, "not_additive_over_areas"
        rows = [
            self.values[other]
            for area in self.neighbours[key[2]]
            if self.is_comparable(other := (key[0], key[1], area, key[3]))
        ]
        value = None
        if rows:
            total = sum(row["numerator"] for row in rows)
            if definition["value_type"] == "count":
                value = total / len(rows)
            else:
                whole = sum(row["denominator"] or 0 for row in rows)
                value = definition["multiplier"] * total / whole if whole else None
        if value is None:
            reason = "no_neighbour_with_data"
        return value, len(rows), reason

    def standing(self, key: Key) -> tuple:
        """Quartile, rank and how many are ranked."""
        peers = self.peers[key[0], key[1], key[3]]
        if key[2] not in peers:
            return None, None, 0
        sign = -1 if self.indicators[key[:2]]["polarity"] == "high_is_good" else 1
        ordered = sorted(sign * value for value in peers.values())
        own = sign * peers[key[2]]
        quartile = None
        if len(ordered) >= 4:
            bounds = np.quantile(ordered, [0.25, 0.5, 0.75])
            # A value on a bound belongs to the better side, but for the last digit.
            quartile = 1 + sum(
                own > bound and not math.isclose(own, bound, rel_tol=1e-12)
                for bound in bounds
            )
        return quartile, 1 + bisect_left(ordered, own), len(ordered)

    def benchmark(self, key: Key, london: float) -> tuple:
        """Against London: by the 95 per cent limits, and by both."""
        row, definition = self.values[key], self.indicators[key[:2]]
        if definition["value_type"] == "count" or row["lower_limit"] is None:
            return None, None
        words = {
            "high_is_good": (("better", "worse"), ("best", "worst")),
            "low_is_good": (("worse", "better"), ("worst", "best")),
        }.get(definition["polarity"], (("higher", "lower"), ("highest", "lowest")))
        found = []
        for level in ("", "_998"):
            if row[f"lower_limit{level}"] > london:
                found.append("above")
            elif row[f"upper_limit{level}"] < london:
                found.append("below")
            else:
                found.append(None)
        at_95 = {"above": words[0][0], "below": words[0][1], None: "similar"}[found[0]]
        at_998 = {"above": words[1][0], "below": words[1][1], None: at_95}[found[1]]
        return at_95, at_998

    def funnel(self, key: Key, london: float) -> str | None:
        """Where it lies in the funnel around London."""
        row, definition = self.values[key], self.indicators[key[:2]]
        if definition["value_type"] == "rate":
            if row["lower_limit"] is None:
                return None
            for tail, level in (("0.001", "_998"), ("0.025", "")):
                if row[f"lower_limit{level}"] > london:
                    return f"High ({tail})"
                if row[f"upper_limit{level}"] < london:
                    return f"Low ({tail})"
            return "Not significant"
        if definition["value_type"] == "proportion":
            n, x = row["denominator"], row["numerator"]
            if not n or x > n:
                return None
            p = london / definition["multiplier"]
            for tail in ("0.001", "0.025"):
                width = Z[tail] * math.sqrt(p * (1 - p) / n)
                if x / n > min(1, p + width):
                    return f"High ({tail})"
                if x / n < max(0, p - width):
                    return f"Low ({tail})"
            return "Not significant"
        return None

    def past(self, key: Key) -> tuple:
        """The row of the period before, and why there is none to compare with."""
        own = self.values[key]
        if self.areas[key[2]]["area_type"] == "unallocated":
            return None, "unallocated"
        if own["value_status"] != "reported":
            return None, "value_not_reported"
        if own["indicator_value"] is None:
            return None, "no_value"
        previous = self.before.get(key[3])
        start = self.periods[key[3]]["start_date"]
        if previous and any(
            self.periods[previous]["start_date"] < day <= start
            for day in self.breaks[key[0]]
        ):
            return None, "series_break"
        row = self.values.get((*key[:3], previous))
        if row is None:
            return None, "no_previous_period"
        if row["value_status"] != "reported" or row["indicator_value"] is None:
            return None, "previous_not_reported"
        return row, None

    def change(self, key: Key) -> dict[str, object]:
        """What it grew by, between which limits, and whether it moved."""
        own, (before, why) = self.values[key], self.past(key)
        told = dict.fromkeys(MOVED) | {
            "previous_value_reason": why,
            "change_reason": why,
            "change_alone_reason": why,
        }
        if before is None:
            return told
        told["previous_value"] = before["indicator_value"]
        told["change"] = own["indicator_value"] - before["indicator_value"]
        if own["lower_limit"] is None or before["lower_limit"] is None:
            return told | {"change_alone_reason": "no_limits"}
        (least, most), (low, high) = (
            grown_between(own, before, level) for level in ("", "_998")
        )
        grown = told["change"]
        room = grown - low if grown > 0 else high - grown
        deviates = grown / (room / Z["0.001"]) if grown else 0.0
        # So many standard errors leave out nought at the level that a page shares.
        enough = NormalDist().inv_cdf(1 - 0.05 / self.looked_at / 2)
        is_share = self.indicators[key[:2]]["value_type"] in (
            "proportion",
            "survey_percentage",
        )
        return told | {
            "change_lower_limit": least,
            "change_upper_limit": most,
            "change_method": "newcombe" if is_share else "zou_donner",
            "change_alone": way_of(least, most),
            "change_deviates": deviates,
            "change_among_all": way_of(deviates - enough, deviates + enough),
        }

    @property
    def looked_at(self) -> int:
        """Three tests of as many figures as a page shows."""
        return 3 * max(len({key[0] for key in self.indicators}), len(self.areas))


MOVED = (
    *("previous_value", "change", "change_lower_limit", "change_upper_limit"),
    *("change_method", "change_alone", "change_deviates", "change_among_all"),
)


def grown_between(own: Row, before: Row, level: str) -> tuple[float, float]:
    """The limits of a difference, by Pythagoras, from those of its two figures."""
    grown = own["indicator_value"] - before["indicator_value"]
    below, above = f"lower_limit{level}", f"upper_limit{level}"
    return (
        grown
        - math.dist(
            (own["indicator_value"], before["indicator_value"]),
            (own[below], before[above]),
        ),
        grown
        + math.dist(
            (own["indicator_value"], before["indicator_value"]),
            (own[above], before[below]),
        ),
    )


def way_of(least: float, most: float) -> str:
    """Which way a figure moved, by limits."""
    return "higher" if least > 0 else "lower" if most < 0 else "no_clear_change"


@pytest.fixture(scope="module")
def comparing(values, indicators, areas, periods, before) -> Comparing:
    return Comparing(values, indicators, areas, periods, before)


def test_every_comparison(warehouse: Build, comparing: Comparing) -> None:
    told = {key_of(row): row for row in rows_of(warehouse, "mart.fct_comparisons")}
    assert set(told) == set(comparing.values)
    reasons: dict[str, set] = defaultdict(set)
    compared: dict[str | None, int] = defaultdict(int)
    for key, row in told.items():
        definition = comparing.indicators[key[:2]]
        area = comparing.areas[key[2]]
        why = comparing.why_not(key)
        london, london_why, basis, included, missing = comparing.against(key)
        is_local = area["area_type"] == "local_authority"
        half = area["parent_area_code"] if is_local else None
        parent, parent_why = comparing.above(key, half)
        neighbours, number, neighbours_why = comparing.around(key)
        quartile, rank, ranked = comparing.standing(key)
        at_95 = at_998 = funnel = None
        if why is None and basis:
            at_95, at_998 = comparing.benchmark(key, london)
            funnel = comparing.funnel(key, london)
        bench_why = why
        if why is None:
            if not definition["additive_over_areas"]:
                bench_why = "not_additive_over_areas"
            elif basis is None:
                bench_why = "london_not_reported"
            elif definition["value_type"] == "count":
                bench_why = "counts_have_no_benchmark"
            elif at_95 is None:
                bench_why = "no_limits"
        funnel_why = why
        if why is None:
            if definition["value_type"] not in ("rate", "proportion"):
                funnel_why = "value_type_has_no_funnel"
            elif basis is None:
                funnel_why = "london_not_reported"
            elif funnel is None:
                funnel_why = "no_limits"
        wanted = {
            "london_value": london,
            "london_value_reason": london_why,
            "london_basis": basis,
            "london_areas": included,
            "london_missing": missing,
            "inner_outer_value": parent,
            "inner_outer_value_reason": parent_why,
            "neighbours_value": neighbours,
            "neighbours_with_data": number,
            "neighbours_value_reason": neighbours_why,
            "quartile": quartile,
            "quartile_reason": why or (None if quartile else "too_few_areas"),
            "rank": rank,
            "ranked_areas": ranked,
            "rank_reason": why,
            "benchmark_95": at_95,
            "benchmark_95_reason": bench_why,
            "benchmark_998": at_998,
            "benchmark_998_reason": bench_why,
            "funnel_position": funnel,
            "funnel_position_reason": funnel_why,
            "looked_at": comparing.looked_at,
            **comparing.change(key),
        }
        for name, true in wanted.items():
            found = row[name]
            if isinstance(true, float) and found is not None:
                assert found == pytest.approx(true, rel=1e-9, abs=1e-9), (key, name)
            else:
                assert found == true, (key, name, found, true)
            if name.endswith("_reason"):
                reasons[name].add(true)
        compared[basis] += at_998 is not None
    assert all(len(those) > 2 for those in reasons.values()), reasons
    assert min(compared["whole"], compared["complete_boroughs"]) > 1000


@pytest.fixture(scope="module")
def truth(sample) -> list[dict[str, str]]:
    with (sample / ".truth" / "truth.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_row_of_coverage(
    warehouse: Build, truth, values, indicators, areas, periods
) -> None:
    """Who was to send what, by when, and what came, from the ledger and the seeds."""
    extracts = {row["extract"]: row for row in seed("extracts")}
    pct = {row["area_code"]: row["pct_code"] for row in areas.values()}
    blocks: dict[tuple, list[Row]] = defaultdict(list)
    for file in rows_of(warehouse, "mart.fct_submissions"):
        blocks[file["extract"], file["submitter"], file["period_id"]].append(file)
    expected = {
        (row["indicator_id"], int(row["definition_version"]), row["area_code"],
         row["period_id"])
        for row in truth
        if row["is_expected"] == "true"
    }  # fmt: skip
    never = {
        (row["indicator_id"], row["area_code"])
        for row in seed("area_exceptions")
        if row["applies"] == "always"
    }
    as_of = date.fromisoformat(AS_OF)
    wanted: dict[Key, Row] = {}
    for key in expected:
        definition, area, whole = indicators[key[:2]], areas[key[2]], periods[key[3]]
        extract = extracts.get(definition["extract"] or "")
        if (
            area["area_type"] != "local_authority"
            or extract is None
            or extract["kind"] not in ("record", "aggregate")
            or definition["definition_status"] == "not_defined"
            or (key[0], key[2]) in never
        ):
            continue
        sender = {
            "local_authority": key[2],
            "police": area["police_force_code"],
            "pct": pct[key[2]],
        }.get(extract["submitter_kind"], extract["fixed_submitters"])
        kind = whole["period_type"]
        of_year = kind == "financial_year" and definition["year_from_quarters"]
        if extract["kind"] == "record":
            kind = extract["period_types"]
        elif of_year in ("sum", "last"):
            kind = "quarter"
        parts = [
            part
            for part in periods.values()
            if part["period_type"] == kind
            and whole["start_date"] <= part["start_date"]
            and part["end_date"] <= whole["end_date"]
            and (of_year != "last" or part["end_date"] == whole["end_date"])
        ]
        days = timedelta(days=int(extract["due_days"]))
        due = max(part["end_date"] + days for part in parts)
        states, received, late, early, refused = [], [], 0, 0, 0
        for part in parts:
            files = blocks[definition["extract"], sender, part["period_id"]]
            taken = [file for file in files if file["status"] == "accepted"]
            good = [file for file in files if file["status"] != "refused"]
            if not files:
                continue
            if not taken:
                refused += 1
                continue
            first = min(file["received_at"] for file in good)
            states.append("in")
            received.append(first)
            late += first.date() > part["end_date"] + days
            early += taken[0]["received_at"].date() <= part["end_date"]
        status = values[key]["value_status"]
        if len(states) == len(parts):
            state = {"partial": "partial", "not_submitted": "missing"}.get(
                status, "late" if late else "on time"
            )
        elif states:
            state = "partial"
        elif refused:
            state = "refused"
        else:
            state = "missing" if due < as_of else "not due"
        wanted[key] = dict(zip(KEYS, key, strict=True)) | {
            "extract": definition["extract"],
            "submitter": sender,
            "due_date": due,
            "received_date": max(received).date() if received else None,
            "blocks_expected": len(parts),
            "blocks_in": len(states),
            "is_early": early > 0,
            "coverage_status": state,
        }
    found = {key_of(row): row for row in rows_of(warehouse, "mart.fct_coverage")}
    assert set(found) == set(wanted)
    for key, row in wanted.items():
        assert found[key] == row, key
    states = {row["coverage_status"] for row in wanted.values()}
    assert states >= {"on time", "late", "partial", "refused", "missing"}


def is_comparable(value: Row, areas: dict[str, Row]) -> bool:
    return (
        areas[value["area_code"]]["area_type"] == "local_authority"
        and value["value_status"] == "reported"
        and value["indicator_value"] is not None
    )


def latest_periods(
    values: dict[Key, Row],
    indicators: dict[tuple[str, int], Row],
    areas: dict[str, Row],
    periods: dict[str, Row],
) -> dict[str, tuple[int, str]]:
    """By indicator, its current definition's last period that most authorities have."""
    asked: dict[tuple[str, int, str], list[bool]] = defaultdict(list)
    for (indicator, version, area, period), value in values.items():
        if (
            indicators[indicator, version]["is_current"]
            and areas[area]["area_type"] == "local_authority"
            and value["value_status"] not in ("not_applicable", "not_defined")
        ):
            asked[indicator, version, period].append(is_comparable(value, areas))
    found: dict[str, tuple[int, str]] = {}
    for (indicator, version, period), are in sorted(
        asked.items(),
        # of periods that end on one day the longer comes last
        key=lambda each: (
            periods[each[0][2]]["end_date"],
            date.max - periods[each[0][2]]["start_date"],
        ),
    ):
        if any(are) and 2 * sum(are) >= len(are):
            found[indicator] = version, period
    return found


def test_the_latest_boroughs_are_rows_of_the_scorecard(
    warehouse: Build, values, indicators, areas, periods
) -> None:
    latest = latest_periods(values, indicators, areas, periods)
    assert len(latest) > 30
    wanted = [
        row
        for row in rows_of(warehouse, "mart.indicator_scorecard")
        if latest.get(row["indicator_id"])
        == (row["definition_version"], row["period_id"])
        and areas[row["area_code"]]["area_type"] == "local_authority"
    ]
    found = rows_of(warehouse, "mart.latest_boroughs")
    assert sorted(found, key=key_of) == sorted(wanted, key=key_of)
    assert len({(row["indicator_id"], row["area_code"]) for row in found}) == len(found)


def test_an_authority_stands_beside_each_of_its_neighbours(warehouse: Build) -> None:
    boroughs = rows_of(warehouse, "mart.latest_boroughs")
    figure = {(row["indicator_id"], row["area_code"]): row for row in boroughs}
    listed = [
        row
        for row in seed("statistical_neighbours")
        if row["edition"] == max(r["edition"] for r in seed("statistical_neighbours"))
    ]
    same = (
        *("indicator_id", "definition_version", "title", "period_id", "period_label"),
        *("unit_of_period", "polarity", "area_code", "area_name", "indicator_value"),
        *("lower_limit", "upper_limit", "value_status", "is_comparable"),
        *("neighbours_value", "neighbours_with_data"),
    )
    wanted = []
    for own in boroughs:
        for row in listed:
            if row["area_code"] != own["area_code"]:
                continue
            theirs = figure.get((own["indicator_id"], row["neighbour_area_code"]), {})
            wanted.append(
                {name: own[name] for name in same}
                | {
                    "edition": int(row["edition"]),
                    "neighbour_rank": int(row["neighbour_rank"]),
                    "closeness": row["closeness"],
                    "neighbour_area_code": row["neighbour_area_code"] or None,
                    "neighbour_name": row["neighbour_name"],
                    "neighbour_value": theirs.get("indicator_value"),
                    "neighbour_lower_limit": theirs.get("lower_limit"),
                    "neighbour_upper_limit": theirs.get("upper_limit"),
                    "neighbour_status": theirs.get("value_status"),
                    "is_neighbour_comparable": theirs.get("is_comparable", False),
                }
            )

    def place(row: Row) -> tuple:
        return row["indicator_id"], row["area_code"], row["neighbour_rank"]

    found = rows_of(warehouse, "mart.latest_neighbours")
    assert sorted(found, key=place) == sorted(wanted, key=place)
    shown = [row for row in found if row["is_neighbour_comparable"]]
    assert shown and len(shown) < len(found)


def test_every_neighbour_of_every_edition(warehouse: Build, areas) -> None:
    rows = seed("statistical_neighbours")
    latest = max(int(row["edition"]) for row in rows)
    wanted = [
        {
            "area_code": row["area_code"],
            "area_name": areas[row["area_code"]]["area_name"],
            "edition": int(row["edition"]),
            "neighbour_rank": int(row["neighbour_rank"]),
            "neighbour_area_code": row["neighbour_area_code"] or None,
            "neighbour_name": row["neighbour_name"],
            "neighbour_dfe_code": row["neighbour_dfe_code"],
            "closeness": row["closeness"],
            "is_latest_edition": int(row["edition"]) == latest,
            "source": row["source"],
        }
        for row in rows
    ]
    found = rows_of(warehouse, "mart.dim_neighbours")

    def place(row: Row) -> tuple:
        return row["area_code"], row["edition"], row["neighbour_rank"]

    assert sorted(found, key=place) == sorted(wanted, key=place)


def test_every_column_of_the_scorecard_stands_in_its_own_table(
    warehouse: Build, values, indicators, areas, periods
) -> None:
    statuses = {
        row["value_status"]: row
        for row in rows_of(warehouse, "mart.dim_value_statuses")
    }
    compared = {key_of(row): row for row in rows_of(warehouse, "mart.fct_comparisons")}
    coverage = {key_of(row): row for row in rows_of(warehouse, "mart.fct_coverage")}
    (about,) = rows_of(warehouse, "mart.dim_about")
    flags: dict[Key, list[str]] = defaultdict(list)
    for row in rows_of(warehouse, "mart.fct_quality_flags"):
        if row["state"] != "resolved" and row["indicator_id"] is not None:
            flags[key_of(row)].append(row["severity"])
    found = rows_of(warehouse, "mart.indicator_scorecard")
    assert len(found) == len({key_of(row) for row in found}) == len(values)
    from_indicator = (
        *("title", "theme", "unit", "value_type", "polarity", "is_current"),
        *("is_context", "decision_status", "definition_status", "provenance"),
        *("numerator_text", "denominator_text", "short_title"),
    )
    from_value = (
        *KEYS, "numerator", "denominator", "indicator_value", "lower_limit",
        "upper_limit", "interval_method", "value_status", "numerator_low",
        "numerator_high", "areas_included", "is_provisional", "source_extract",
        "refused_by_rule",
    )  # fmt: skip
    from_comparison = (
        "london_value", "london_basis", "london_areas", "london_missing",
        "inner_outer_value", "neighbours_value", "neighbours_with_data",
        "quartile", "rank", "ranked_areas", "benchmark_95",
        "benchmark_998", "funnel_position", "previous_value", "change",
        "change_reason", "change_lower_limit", "change_upper_limit", "change_alone",
        "change_alone_reason", "change_among_all", "trend", "trend_among_all",
    )  # fmt: skip
    of_target = {
        "target_value": "target_value", "target_direction": "direction",
        "target_kind": "kind_label", "target_gap": "gap",
        "target_standing": "target_standing", "target_reason": "standing_reason",
    }  # fmt: skip
    targets = {
        key_of(row): row
        for row in rows_of(warehouse, "mart.fct_targets")
        if row["is_first_kind"]
    }
    graves = set()
    latest = latest_periods(values, indicators, areas, periods)
    for row in found:
        key = key_of(row)
        definition, period = indicators[key[:2]], periods[key[3]]
        sent, own = coverage.get(key, {}), flags.get(key, [])
        rate = definition["value_type"] == "rate" and period["period_type"] == "quarter"
        worst = next(
            (each for each in ("error", "warning", "notice") if each in own), None
        )
        graves.add(worst)
        wanted = (
            {name: definition[name] for name in from_indicator}
            | {name: values[key][name] for name in from_value}
            | {name: compared[key][name] for name in from_comparison}
            | {name: targets.get(key, {}).get(of) for name, of in of_target.items()}
            | {name: areas[key[2]][name] for name in ("area_name", "area_type")}
            | {
                name: period[name]
                for name in ("period_label", "period_type", "start_date", "end_date")
            }
            | {
                name: statuses[row["value_status"]][name]
                for name in ("status_label", "gss_symbol")
            }
            | {
                name: sent.get(name)
                for name in ("due_date", "received_date", "coverage_status")
            }
            | {
                "unit_of_period": definition["unit"] + " per quarter" * rate,
                "is_whole": row["value_status"] == "reported",
                "is_comparable": is_comparable(values[key], areas),
                "is_latest_period": latest.get(key[0]) == (key[1], key[3]),
                "open_flags": len(own),
                "worst_severity": worst,
                "is_synthetic": about["is_synthetic"],
            }
        )
        assert row == wanted, key
    assert {None, "warning", "notice"} <= graves
