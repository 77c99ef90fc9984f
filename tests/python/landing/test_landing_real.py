"""Files as their publishers laid them out, with sums worked out beforehand."""

from pathlib import Path

import pytest
from landing_help import Lander

REAL = Path(__file__).resolve().parents[4] / "shared" / "real"
CRIME = "MPS_Borough_Level_Crime_Historic_200801-201612.csv"
YEARS = {"2008": 841_241.0, "2009": 826_048.0, "2010": 820_515.0}
STATISTICS = {
    "b1_children_in_need_2013_to_2025.csv": "at31_episodes",
    "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv": "referral_count",
    "d3_cpps_subsequent_plan_2013_to_2025.csv": "cpp_start",
    "ons_mid-year_population_estimates_2012_to_2024.csv": "population_estimate",
}

pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason=f"{REAL}, public files kept outside, is not there"
)


def test_recorded_crime_adds_up_to_the_published_years(lander: Lander) -> None:
    name = "mps_borough_crime__GLA__2008-2016__v1.csv"
    entry = lander.one(name, (REAL / CRIME).read_bytes())
    assert (entry.lines_read, entry.rows_accepted) == (1_056, 1_056)
    for year, expected in YEARS.items():
        rows = lander.query(
            "select sum(offences) as offences, count( distinct area_code) as areas "
            "from extracts/mps_borough_crime/*.parquet where month_start_date "
            f"between '{year}-04-01' and '{int(year) + 1}-03-31'"
        )
        assert rows == [{"offences": expected, "areas": 32}]


@pytest.mark.parametrize(("file", "statistic"), STATISTICS.items())
def test_statistics_of_the_dfe_keep_the_london_authorities(
    lander: Lander, file: str, statistic: str
) -> None:
    content = (REAL / file).read_bytes()
    entry = lander.one("ees_statistics__DFE__2025__v1.csv", content)
    assert (entry.rows_accepted, entry.rows_set_aside) == (429, 0)
    assert entry.rows_passed_over == 1_703
    rows = lander.query(
        "select count( distinct area_code) as areas, count(*) as cells "
        f"from extracts/ees_statistics/*.parquet where statistic = '{statistic}'"
    )
    assert rows == [{"areas": 33, "cells": 429}]
