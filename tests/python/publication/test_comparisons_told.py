"""Comparisons beside hidden counts on the sample: true, and of what is shown alone."""

import csv
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from build_help import PROJECT, Build

KEYS = "indicator_id, definition_version, area_code, period_id"
HIDDEN = "(value_status in ('suppressed', 'suppressed_secondary')"
HIDDEN += " or is_denominator_hidden)"


def ask(file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_quartile_that_is_told_is_the_true_one(
    published: Path, warehouse: Build
) -> None:
    query = f"select {KEYS}, quartile from mart.fct_comparisons where quartile > 0"
    true = set(warehouse.marts.execute(query).fetchall())
    told = set(ask(published, query))
    assert told < true
    assert len(told) > 0.6 * len(true)


def test_neighbours_are_those_whose_counts_are_shown(published: Path) -> None:
    around = defaultdict(list)
    seed = PROJECT / "seeds/reference/statistical_neighbours.csv"
    with seed.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            around[row["area_code"]].append(row["neighbour_area_code"])
    shown = {
        tuple(keys): counts
        for *keys, counts in (
            (code, version, area, period, (numerator, denominator))
            for code, version, area, period, numerator, denominator in ask(
                published,
                f"select {KEYS}, numerator, denominator from mart.fct_indicator_values"
                f" where value_status = 'reported' and not {HIDDEN}",
            )
        )
    }
    rows = ask(
        published,
        f"select {KEYS}, value_type, multiplier, neighbours_value, neighbours_with_data"
        " from mart.fct_comparisons"
        " inner join mart.dim_indicators using (indicator_id, definition_version)"
        " where neighbours_value_reason = 'neighbours_partly_hidden'",
    )
    assert len(rows) > 100
    for code, version, area, period, kind, multiplier, value, number in rows:
        counts = [
            shown[code, version, each, period]
            for each in around[area]
            if (code, version, each, period) in shown
        ]
        assert number == len(counts)
        divisor = number if kind == "count" else sum(each for _, each in counts)
        factor = 1 if kind == "count" else multiplier
        expected = factor * sum(each for each, _ in counts) / divisor
        assert value == pytest.approx(expected), (code, area, period)
