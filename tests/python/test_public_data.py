"""Published files, landed as they are, give the figures that they print."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from build_help import Build

pytestmark = pytest.mark.long

REFERRALS = "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv"
SECOND_PLANS = "d3_cpps_subsequent_plan_2013_to_2025.csv"
POPULATIONS = "ons_mid-year_population_estimates_2012_to_2024.csv"


def london_rows(path: Path) -> list[dict[str, str]]:
    """Rows of the London authorities of a file of the DfE's layout."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        return [
            row
            for row in csv.DictReader(lines)
            if row["geographic_level"] == "Local authority"
            and row["new_la_code"].startswith("E09")
        ]


def financial_year(time_period: str) -> str:
    """The financial year that ends in March of the year printed."""
    end = int(time_period)
    return f"{end - 1}-{end % 100:02d}"


def cells_of(built: Build, indicator_id: str) -> dict[tuple[str, str], tuple]:
    """Numerator, denominator, value and status by authority and financial year."""
    rows = built.marts.execute(
        "select area_code, period_id, numerator, denominator, indicator_value,"
        " value_status from mart.fct_indicator_values where indicator_id = ?"
        " and period_id in (select period_id from mart.dim_periods"
        " where period_type = 'financial_year')",
        [indicator_id],
    ).fetchall()
    return {(area, period): tuple(rest) for area, period, *rest in rows}


@pytest.mark.parametrize(
    ("area_code", "period_id", "offences", "status"),
    [
        ("E12000007", "2008-09", 841_241, "reported"),
        ("E12000007", "2009-10", 826_048, "reported"),
        ("E12000007", "2010-11", 820_515, "reported"),
        ("E09000002", "2008-09", 19_989, "reported"),
    ],
)
def test_recorded_offences_are_those_published(
    public_warehouse: Build, area_code, period_id, offences, status
) -> None:
    cell = cells_of(public_warehouse, "CX01")[area_code, period_id]
    assert cell == (offences, None, offences, status)


def test_a_year_of_three_months_is_partial(public_warehouse: Build) -> None:
    numerator, _, _, status = cells_of(public_warehouse, "CX01")["E09000002", "2007-08"]
    assert status == "partial"
    assert numerator > 0


def test_the_city_is_no_ground_of_the_met(public_warehouse: Build) -> None:
    cells = cells_of(public_warehouse, "CX01")
    assert cells["E09000001", "2008-09"] == (None, None, None, "not_applicable")


@pytest.mark.parametrize(
    ("indicator_id", "file_name", "numerator", "denominator", "printed", "numbers"),
    [
        ("SG02", REFERRALS, "rereferral_count", "referral_count",
         "rereferral_percent", 422),
        ("SG09", SECOND_PLANS, "CPP_subsequent", "CPP_start",
         "CPP_subsequent_percent", 406),
    ],
)  # fmt: skip
def test_percentages_equal_the_printed_ones_to_their_digits(
    public_warehouse: Build,
    public_data: Path,
    indicator_id,
    file_name,
    numerator,
    denominator,
    printed,
    numbers,
) -> None:
    cells = cells_of(public_warehouse, indicator_id)
    rows = london_rows(public_data / file_name)
    compared, marked = 0, 0
    for row in rows:
        cell = cells[row["new_la_code"], financial_year(row["time_period"])]
        if row[numerator].isdigit() and row[denominator].isdigit():
            compared += 1
            assert cell[:2] == (float(row[numerator]), float(row[denominator])), row
            rounded = Decimal(repr(cell[2])).quantize(Decimal("0.1"), ROUND_HALF_UP)
            assert rounded == Decimal(row[printed]), row
        else:
            marked += 1
            expected = {
                "c": "suppressed_at_source",
                "x": "not_available",
                "z": "not_applicable",
            }
            marks = [row[numerator], row[denominator]]
            mark = next((each for each in marks if each in expected), None)
            if mark:
                assert cell[3] == expected[mark], row
            else:
                assert cell[2] is None, row
    assert compared == numbers
    assert compared + marked == len(rows)


def test_referral_rates_stand_on_the_published_population(
    public_warehouse: Build, public_data: Path
) -> None:
    cells = cells_of(public_warehouse, "SG01")
    persons = {
        (row["new_la_code"], row["time_period"]): row["population_estimate"]
        for row in london_rows(public_data / POPULATIONS)
    }
    compared = 0
    for row in london_rows(public_data / REFERRALS):
        # the population of the middle of the year in which the financial year begins
        mid_year = str(int(row["time_period"]) - 1)
        base = persons.get((row["new_la_code"], mid_year))
        if base is None or not row["referral_count"].isdigit():
            continue
        cell = cells[row["new_la_code"], financial_year(row["time_period"])]
        assert cell[:2] == (float(row["referral_count"]), float(base)), row
        assert cell[2] == pytest.approx(
            10_000 * int(row["referral_count"]) / int(base), abs=1e-9
        )
        compared += 1
    assert compared > 400
