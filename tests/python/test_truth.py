"""Every cell of the sample's truth equals the mart's.

The truth is worked out by the generator from its own records, before any file is
written, by code that shares nothing with landing or the models.
"""

import csv
import math
from collections import Counter
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


@pytest.fixture(scope="module")
def set_aside(sample: Path) -> Counter:
    """Records that the generator spoilt, by extract and quarter of their file."""
    with (sample / ".truth" / "set_aside.csv").open(newline="") as lines:
        return Counter(
            (name[0], name[2])
            for row in csv.DictReader(lines)
            if row["level"] == "record"
            for name in [Path(row["relative_path"]).name.split("__")]
        )


def test_every_empty_cell_has_the_true_reason(truth, mart, set_aside) -> None:
    """The truth leaves out that records set aside make a figure partial.

    Where the mart says so, as many records must have been spoilt in the files of the
    figure's extract and period, five of them or more, and over one in a hundred.
    """
    wrong = []
    for key, true in truth.items():
        told = mart[key]["value_status"]
        if (true["value_status"], told) == ("reported", "partial"):
            spoilt = sum(
                count
                for (extract, period), count in set_aside.items()
                if extract == true["source_extract"] and period.startswith(key[3])
            )
            beside = mart[key]["records_set_aside"]
            if 5 <= beside <= spoilt and beside > 0.01 * mart[key]["numerator"]:
                continue
        if true["value_status"] != told:
            wrong.append((key, true["value_status"], told))
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
