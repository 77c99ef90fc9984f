"""Every cell of the sample's truth equals the mart's.

The truth is worked out by the generator from its own records, before any file is
written, by code that shares nothing with landing or the models.
"""

import csv
import math
import re
from collections import Counter
from pathlib import Path

import pytest

from build_help import PROJECT, Build
from lscb.sampling.sample import LEFT_OUT

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
def silent(sample: Path) -> set[tuple[str, int]]:
    """The definitions that the truth leaves out, and says so."""
    path = sample / ".truth" / LEFT_OUT
    if not path.exists():
        return set()
    with path.open(newline="", encoding="utf-8") as lines:
        return {
            (row["indicator_id"], int(row["definition_version"]))
            for row in csv.DictReader(lines)
        }


@pytest.fixture(scope="module")
def mart(warehouse: Build, silent: set[tuple[str, int]]) -> dict[tuple, dict]:
    found = warehouse.marts.execute("select * from mart.fct_indicator_values")
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {
        tuple(row[key] for key in KEYS): row
        for row in rows
        if (row["indicator_id"], row["definition_version"]) not in silent
    }


def test_the_mart_has_the_cells_of_the_truth_and_no_others(truth, mart) -> None:
    # about 270 cells a definition, in two years
    areas = {key[2] for key in truth}
    assert len(truth) > 5 * len(areas) * len({key[:2] for key in truth})
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


def test_every_file_has_its_true_lines(sample: Path, warehouse: Build) -> None:
    names = ("lines_read", "rows_accepted", "rows_set_aside")
    names += ("rows_duplicate", "rows_passed_over")
    with (sample / ".truth" / "files.csv").open(newline="", encoding="utf-8") as lines:
        true = {
            row["relative_path"]: tuple(
                int(row[name]) if row[name] else None for name in names
            )
            for row in csv.DictReader(lines)
        }
    found = {
        path: tuple(numbers)
        for path, *numbers in warehouse.marts.execute(
            f"select relative_path, {', '.join(names)} from mart.fct_submissions"
        ).fetchall()
    }
    assert found == true
    assert all(any(numbers[place] for numbers in true.values()) for place in range(5))


def test_every_line_set_aside_is_told_and_no_other(
    sample: Path, warehouse: Build
) -> None:
    """With its file, and with the words of its reason; of columns, the first named."""
    with (sample / ".truth" / "set_aside.csv").open(newline="") as lines:
        true = Counter(
            (row["relative_path"], int(row["line_number"]), row["column_name"] or None,
             row["level"])
            for row in csv.DictReader(lines)
        )  # fmt: skip
    rows = warehouse.marts.execute(
        "select files.relative_path, aside.line_number,"
        " split_part(aside.column_name, ', ', 1), aside.level,"
        " aside.file_name = files.file_name and aside.extract = files.extract"
        " and aside.submitter is not distinct from files.submitter"
        " and aside.period_id is not distinct from files.period_id,"
        " aside.reason_code, aside.message, aside.what_to_do"
        " from mart.fct_set_aside as aside"
        " inner join mart.fct_submissions as files using (file_id)"
    ).fetchall()
    assert Counter(row[:4] for row in rows) == true
    assert all(row[4] for row in rows)
    reasons = PROJECT / "seeds" / "reference" / "reason_codes.csv"
    with reasons.open(newline="", encoding="utf-8") as lines:
        words = {row["reason_code"]: row for row in csv.DictReader(lines)}
    for *_, code, message, what_to_do in rows:
        for said, written in (
            (message, words[code]["message"]),
            (what_to_do, words[code]["what_to_do"]),
        ):
            # What stands in braces is filled in; all else stands as it is written.
            plain = re.split(r"\{[a-z_]+\}", written)
            assert re.fullmatch(".+".join(map(re.escape, plain)), said, re.DOTALL)
            assert "{" not in said
