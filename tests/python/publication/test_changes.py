"""What the published file and the pages say to have changed, by what is shown."""

from math import dist
from pathlib import Path
from typing import Any

import duckdb
import pytest
from scipy.stats import chi2, norm

from lscb.pages.board_pages import beyond_chance
from lscb.pages.changes import deviate_of
from lscb.pages.facts import Facts

Row = dict[str, Any]
KEYS = "indicator_id, definition_version, area_code, period_id"
MOVED = (
    *("previous_value", "change", "change_lower_limit", "change_upper_limit"),
    *("change_method", "change_alone", "change_deviates", "change_among_all"),
)
TRENDS = ("trend", "trend_chi_squared", "trend_among_all")


@pytest.fixture(scope="module")
def series(published: Path) -> dict[tuple, list[Row]]:
    """Every row of a series in order, with its figure and how it is compared."""
    found: dict[tuple, list[Row]] = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        rows = connection.execute(
            "select figures.*, compared.* exclude (indicator_id, definition_version,"
            " area_code, period_id), period_type, areas.area_type,"
            " dense_rank() over (partition by period_type order by start_date)"
            " as place,"
            " value_status in ('suppressed', 'suppressed_secondary')"
            " or is_denominator_hidden as is_hidden"
            " from mart.dim_periods left join mart.fct_indicator_values as figures"
            " using (period_id) left join mart.fct_comparisons as compared"
            f" using ({KEYS}) left join mart.dim_areas as areas using (area_code)"
            " order by start_date"
        )
        names = [column[0] for column in rows.description]
        for cells in rows.fetchall():
            row = dict(zip(names, cells, strict=True))
            key = ("indicator_id", "definition_version", "area_code", "period_type")
            found.setdefault(tuple(row[name] for name in key), []).append(row)
    return {key: rows for key, rows in found.items() if key[0] is not None}


def grown_between(now: Row, before: Row, level: str) -> tuple[float, float]:
    """The limits of a difference, from the shown limits of its two figures."""
    both = (now["indicator_value"], before["indicator_value"])
    below, above = f"lower_limit{level}", f"upper_limit{level}"
    grown = both[0] - both[1]
    return (
        grown - dist(both, (now[below], before[above])),
        grown + dist(both, (now[above], before[below])),
    )


def word(least: float, most: float) -> str:
    return "higher" if least > 0 else "lower" if most < 0 else "no_clear_change"


def test_what_moved_follows_from_what_is_shown(series: dict[tuple, list[Row]]) -> None:
    """Of two figures one after another that are shown, and of no others."""
    seen: dict[str, int] = {}
    for rows in series.values():
        for before, now in zip([None, *rows], rows, strict=False):
            if now["change_alone"] is None:
                assert now["change_alone_reason"]
                assert all(now[name] is None for name in MOVED[2:])
                continue
            assert before["place"] + 1 == now["place"]
            assert now["value_status"] == before["value_status"] == "reported"
            least, most = grown_between(now, before, "")
            low, high = grown_between(now, before, "_998")
            grown = now["indicator_value"] - before["indicator_value"]
            assert now["change"] == pytest.approx(grown)
            assert now["change_lower_limit"] == pytest.approx(least, abs=1e-9)
            assert now["change_upper_limit"] == pytest.approx(most, abs=1e-9)
            assert now["change_alone"] == word(least, most)
            # At the level of the page its own interval leaves out nought.
            wider = norm.isf(0.05 / now["looked_at"] / 2) / norm.isf(0.001)
            among = word(grown - wider * (grown - low), grown + wider * (high - grown))
            assert now["change_among_all"] == among
            told = f"{now['change_alone']}, {among}"
            seen[told] = seen.get(told, 0) + 1
            seen[now["area_type"]] = seen.get(now["area_type"], 0) + 1
    assert seen.keys() >= {
        *("higher, higher", "lower, lower", "higher, no_clear_change"),
        *("local_authority", "sub_region", "region"),
    }


def test_nothing_is_said_beside_what_is_hidden(series: dict[tuple, list[Row]]) -> None:
    seen = 0
    for rows in series.values():
        for place, row in enumerate(rows):
            before = rows[place - 1] if place else row
            if row["is_hidden"] or before["is_hidden"]:
                seen += 1
                assert all(row[name] is None for name in MOVED[1:])
                assert row["change_alone_reason"] == "suppressed"
            if before["is_hidden"]:
                assert row["previous_value"] is None
            if any(each["is_hidden"] for each in rows[max(place - 4, 0) : place + 1]):
                assert all(row[name] is None for name in TRENDS)
    assert seen > 100


def test_a_trend_among_all_is_one_at_the_level_of_a_page(
    series: dict[tuple, list[Row]],
) -> None:
    seen = set()
    for row in (row for rows in series.values() for row in rows):
        if row["trend"] is None or row["trend_chi_squared"] is None:
            assert row["trend_among_all"] == row["trend"]
            continue
        level = 0.05 / row["looked_at"]
        passes = row["trend_chi_squared"] > chi2.isf(level, 1)
        assert row["trend_among_all"] == (row["trend"] if passes else "no_change")
        seen.add((row["trend"] == "no_change", passes))
    assert {(False, True), (False, False), (True, False)} <= seen


def test_the_level_is_shared_among_the_tests() -> None:
    for tests in (1, 2, 48, 144, 2000):
        assert 2 * norm.sf(deviate_of(tests)) * tests == pytest.approx(0.05)


def test_a_list_of_trends_has_those_that_pass_its_own_level() -> None:
    def trend(word: str, chi_squared: float) -> Row:
        return {"trend": word, "trend_chi_squared": chi_squared}

    few = [trend("increasing", 9.6), trend("no_change", 50), trend("decreasing", 5)]
    assert beyond_chance(few) == few[:1]
    many = [*few[:1], trend("decreasing", 40), *[trend("no_change", 0)] * 1500]
    assert beyond_chance(many) == many[1:2]
    assert beyond_chance([]) == []


def test_pages_say_what_the_marts_say(told: Facts) -> None:
    words = {"higher": "▲ higher", "lower": "▼ lower"}
    words |= {"no_clear_change": "● no clear change"}
    seen = set()
    for row in told.values:
        if row["indicator_value"] is None or row["area_type"] == "unallocated":
            continue
        said = told.direction_of(row)["direction"]
        if row["change_among_all"]:
            assert said == words[row["change_among_all"]]
        else:
            assert said and said not in words.values()
        seen.add(said)
    assert len(seen) > 6
