"""Every cell of the sample's truth equals the mart's.

The truth is worked out by the generator from its own records, before any file is
written, by code that shares nothing with landing or the models.
"""

import csv
import math
from pathlib import Path

import pytest

from build_help import Build

KEYS = ("indicator_id", "definition_version", "area_code", "period_id")
EXACT = ("numerator", "denominator", "numerator_low", "numerator_high")


def number(text: str) -> float | None:
    return float(text) if text else None


@pytest.fixture(scope="module")
def truth(sample: Path) -> dict[tuple, dict]:
    with (sample / ".truth" / "truth.csv").open(newline="", encoding="utf-8") as lines:
        return {
            (
                row["indicator_id"],
                int(row["definition_version"]),
                row["area_code"],
                row["period_id"],
            ): row
            for row in csv.DictReader(lines)
        }


@pytest.fixture(scope="module")
def mart(warehouse: Build) -> dict[tuple, dict]:
    found = warehouse.marts.execute("select * from mart.fct_indicator_values")
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {tuple(row[key] for key in KEYS): row for row in rows}


def test_the_mart_has_the_cells_of_the_truth_and_no_others(truth, mart) -> None:
    assert len(truth) > 10_000
    assert set(mart) == set(truth)


def test_numerators_and_denominators_are_exact(truth, mart) -> None:
    wrong = [
        (key, name, true[name], mart[key][name])
        for key, true in truth.items()
        for name in EXACT
        if number(true[name]) != mart[key][name]
    ]
    assert wrong == []


def test_every_empty_cell_has_the_true_reason(truth, mart) -> None:
    wrong = [
        (key, true["value_status"], mart[key]["value_status"])
        for key, true in truth.items()
        if true["value_status"] != mart[key]["value_status"]
    ]
    assert wrong == []


def test_values_are_true_to_the_ninth_digit(truth, mart) -> None:
    wrong = []
    for key, true in truth.items():
        expected, found = number(true["value"]), mart[key]["indicator_value"]
        if (expected is None) != (found is None) or (
            expected is not None
            and not math.isclose(expected, found, rel_tol=0, abs_tol=1e-9)
        ):
            wrong.append((key, expected, found))
    assert wrong == []


def test_totals_say_how_many_areas_they_rest_on(truth, mart) -> None:
    wrong = [
        (key, true["areas_included"], mart[key]["areas_included"])
        for key, true in truth.items()
        if int(true["areas_included"] or 0) != mart[key]["areas_included"]
    ]
    assert wrong == []


def test_every_file_met_its_true_fate(sample: Path, warehouse: Build) -> None:
    with (sample / ".truth" / "files.csv").open(newline="", encoding="utf-8") as lines:
        true = {row["relative_path"]: row["status"] for row in csv.DictReader(lines)}
    found = dict(
        warehouse.marts.execute(
            "select relative_path, status from mart.fct_submissions"
        ).fetchall()
    )
    assert found == true
