"""Every target of the sample, held against its figure by another road.

The targets are those that the generator meant to set, the figures those of its truth;
limits are scipy's, and dates Python's own.
"""

import csv
import math
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
from scipy import stats

from build_help import AS_OF, PROJECT, Build

Row = dict[str, str]
Z = stats.norm.ppf(0.975)
KEYS = ("indicator_id", "definition_version", "area_code", "period_id")


def read(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def meant(sample: Path) -> dict[tuple, list[Row]]:
    """What each sender set last, by figure and kind."""
    found: dict[tuple, list[Row]] = defaultdict(list)
    for row in read(sample / ".truth" / "targets.csv"):
        key = (*(row[k] for k in KEYS), row["target_kind"])
        found[key].append(row)
    return found


@pytest.fixture(scope="module")
def mart(warehouse: Build) -> dict[tuple, dict]:
    found = warehouse.marts.execute("select * from mart.fct_targets")
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(*(str(row[k]) for k in KEYS), row["target_kind"]): row for row in rows}


@pytest.fixture(scope="module")
def figures(sample: Path, warehouse: Build) -> dict[tuple, Row]:
    """The truth's figures; which of them are partial or provisional the mart says."""
    true = {tuple(r[k] for k in KEYS): r for r in read(sample / ".truth" / "truth.csv")}
    for *key, status, provisional in warehouse.marts.execute(
        f"select {', '.join(KEYS)}, value_status, is_provisional"
        " from mart.fct_indicator_values"
    ).fetchall():
        row = true.get(tuple(map(str, key)))
        if row is not None:
            row["told_status"], row["is_final"] = status, "" if provisional else "yes"
    return true


@pytest.fixture(scope="module")
def kinds() -> dict[tuple[str, str], Row]:
    rows = read(PROJECT / "seeds/catalogue/indicators.csv")
    return {(row["indicator_id"], row["definition_version"]): row for row in rows}


def interval(figure: Row, kind: Row) -> tuple[float, float] | None:
    """The 95 per cent interval of a figure, in its unit; the point of a ratio."""
    value, factor = float(figure["value"]), float(kind["multiplier"] or 1)
    numerator, denominator = (
        float(figure[name] or "nan") for name in ("numerator", "denominator")
    )
    if kind["value_type"] == "ratio":
        return value, value
    if kind["value_type"] == "survey_percentage":
        numerator = value / 100 * denominator
    if kind["value_type"] in ("proportion", "survey_percentage"):
        if math.isnan(denominator) or numerator > denominator:
            return None
        return wilson(numerator, denominator, factor)
    low, high = poisson(numerator)
    scale = factor / denominator if kind["value_type"] == "rate" else 1
    return low * scale, high * scale


def wilson(events: float, of: float, factor: float) -> tuple[float, float]:
    share, z2 = events / of, Z * Z
    middle = share + z2 / (2 * of)
    half = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return tuple(factor * (middle + sign * half) / (1 + z2 / of) for sign in (-1, 1))


def poisson(events: float) -> tuple[float, float]:
    """Exact below ten, Byar's from there."""
    if events < 10:
        low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
        return low, stats.chi2.ppf(0.975, 2 * events + 2) / 2
    upper = events + 1
    return (
        events * (1 - 1 / (9 * events) - Z / (3 * math.sqrt(events))) ** 3,
        upper * (1 - 1 / (9 * upper) + Z / (3 * math.sqrt(upper))) ** 3,
    )


def side(at: tuple[float, float] | None, line: float, direction: str) -> str | None:
    if at is None:
        return None
    low, high = at if direction == "at_least" else (-at[1], -at[0])
    line = line if direction == "at_least" else -line
    return "right" if low >= line else "wrong" if high < line else "not_certain"


def is_whole(figure: Row | None) -> bool:
    return (
        figure is not None
        and figure["told_status"] == "reported"
        and bool(figure["value"] and figure["is_final"])
    )


def end_of(period: str) -> date:
    """The last day of a financial year; of a wave, the order is that of its name."""
    if period.startswith("W"):
        waves = read(PROJECT / "seeds/reference/survey_waves.csv")
        (row,) = (row for row in waves if row["period_id"] == period)
        return date.fromisoformat(row["end_date"])
    return date(int(period[:4]) + 1, 3, 31)


def test_the_targets_that_stand_are_those_that_were_set(meant, mart) -> None:
    standing = {
        key: rows for key, rows in meant.items() if rows[0]["is_withheld"] == "false"
    }
    assert set(mart) == set(standing)
    assert 0 < len(meant) - len(standing) < 5
    for key, rows in standing.items():
        told = mart[key]
        first = min(rows, key=lambda row: row["sender"])
        assert told["target_value"] == float(first["target"])
        assert told["direction"] == first["direction"]
        assert told["submitter"] == first["sender"]
        assert told["set_period_id"] == first["set_period_id"]
        assert told["line_number"] == int(first["line_number"])


def test_each_cites_the_file_that_set_it(meant, mart, warehouse: Build) -> None:
    paths = dict(
        warehouse.marts.execute(
            "select file_id, relative_path from mart.fct_submissions"
        ).fetchall()
    )
    for key, told in mart.items():
        own = {row["sender"]: row["relative_path"] for row in meant[key]}
        assert paths[told["file_id"]] == own[told["submitter"]]


def test_laa_goes_before_national_and_national_before_local(mart) -> None:
    order = ("laa", "national", "local")
    by_figure: dict[tuple, list[str]] = defaultdict(list)
    for *figure, kind in mart:
        by_figure[tuple(figure)].append(kind)
    assert {len(each) for each in by_figure.values()} == {1, 2, 3}
    for figure, each in by_figure.items():
        first = min(each, key=order.index)
        assert [k for k in each if mart[(*figure, k)]["is_first_kind"]] == [first]


def test_every_standing_is_that_of_the_interval(mart, figures, kinds) -> None:
    words = {"right": "met", "wrong": "missed", "not_certain": "not_certain"}
    seen: Counter = Counter()
    for key, told in mart.items():
        figure = figures.get(key[:4])
        if not is_whole(figure):
            assert told["target_standing"] is told["gap"] is None, key
            wanted = figure["told_status"] if figure else "period_ahead"
            assert told["standing_reason"] in (wanted, "provisional")
            continue
        kind = kinds[key[:2]]
        standing = side(interval(figure, kind), told["target_value"], told["direction"])
        assert told["target_standing"] == words.get(standing), key
        gap = float(figure["value"]) - told["target_value"]
        assert math.isclose(told["gap"], gap, abs_tol=1e-9)
        basis = "point" if kind["value_type"] == "ratio" else "interval"
        assert told["standing_basis"] in (None, basis)
        seen[told["target_standing"], told["direction"], basis] += 1
    assert {each[0] for each in seen} >= {"met", "missed", "not_certain"}
    assert {each[1:] for each in seen} >= {
        ("at_least", "interval"), ("at_most", "interval"),
        ("at_least", "point"), ("at_most", "point"),
    }  # fmt: skip


def test_every_course_is_told_by_the_straight_line(mart, figures, kinds) -> None:
    words = {"right": "on_course", "wrong": "off_course", "not_certain": "not_certain"}
    breaks = read(PROJECT / "seeds/reference/indicator_breaks.csv")
    seen: Counter = Counter()
    for key, told in mart.items():
        end = told["end_date"]
        if end < date.fromisoformat(AS_OF) and told["standing_reason"] != "not_due":
            assert (told["course"], told["course_reason"]) == (None, "period_over")
            continue
        assert len(key[3]) == len("2049-50"), key
        series = {
            end_of(period): (period, figure)
            for (*of, period), figure in figures.items()
            if tuple(of) == key[:3] and len(period) == 7 and is_whole(figure)
            if interval(figure, kinds[key[:2]]) is not None
        }
        set_on = end_of(told["set_period_id"])
        base = max((day for day in series if day <= set_on), default=None)
        later = max((day for day in series if day > set_on), default=None)
        if base is None or later is None:
            wanted = "no_base" if base is None else "no_later_figure"
            assert (told["course"], told["course_reason"]) == (None, wanted)
            seen[wanted] += 1
            continue
        began = date(base.year - 1, 4, 1)
        if any(
            row["indicator_id"] == key[0]
            and began < date.fromisoformat(row["break_date"]) <= told["start_date"]
            for row in breaks
        ):
            assert (told["course"], told["course_reason"]) == (None, "series_break")
            seen["series_break"] += 1
            continue
        start = float(series[base][1]["value"])
        share = (later - base).days / (end - base).days
        path = start + (told["target_value"] - start) * share
        assert math.isclose(told["path_value"], path, abs_tol=1e-9)
        periods = (told["base_period_id"], told["course_period_id"])
        assert periods == (series[base][0], series[later][0])
        at = interval(series[later][1], kinds[key[:2]])
        assert told["course"] == words[side(at, path, told["direction"])], key
        seen[told["course"]] += 1
    assert set(seen) >= {*words.values(), "no_base", "no_later_figure", "series_break"}
