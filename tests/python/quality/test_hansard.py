"""Tables as Hansard printed them, sent as returns: their known defects are flagged.

One school year of permanent exclusions in two releases (9 June 2003 and 9 May 2007) and
homelessness acceptances (8 October 2007). In the first, Haringey's row repeats that of
Hammersmith and Fulham and the City of London has its footnote 5 in every column; in the
last, decimal points are lost.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from bench.template import Template
from build_help import PROJECT, build_from

pytestmark = pytest.mark.long

EXCLUSIONS = "hansard_permanent_exclusions_2001_02_two_releases.csv"
HOMELESSNESS = "hansard_20071008_homelessness_acceptances_pct_households.csv"
PROVISIONAL, REVISED = "2003-06-09 provisional", "2007-05-09 revised"
MISPRINTED = {"Baling": "Ealing", "Southward": "Southwark"}
SCHOOL_YEAR = "AY2001-02"
YEARS = ("2000-01", "2003-04", "2004-05")
HARINGEY, FULHAM, CITY = "E09000014", "E09000013", "E09000001"
# two more whose printed totals are the same, 38 and 0.10 per cent: by chance, as their
# other columns show, which no return holds
ALIKE = ("E09000005", "E09000030")
# decimal points lost, and a footnote where there is no figure
LOST_POINTS = {
    ("E09000002", "2003-04"): "1 0",
    ("E09000002", "2004-05"): "1 2",
    ("E09000008", "2000-01"): "1 .4",
}
HEADER = ("pi_code", "definition", "numerator", "denominator", "value", "measure")


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def codes() -> dict[str, str]:
    """The code of each authority by its name."""
    return {
        row["area_name"]: row["area_code"]
        for row in read_rows(PROJECT / "seeds" / "reference" / "areas.csv")
        if row["area_type"] == "local_authority"
    }


def send(
    landing: Path, area: str, period: str, version: int, row: tuple[str, ...]
) -> None:
    """A return of one row."""
    name = f"lscb_return__{area}__{period}__v{version}.csv"
    with (landing / name).open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([HEADER, row])


def send_exclusions(
    rows: list[dict[str, str]], codes: dict[str, str], landing: Path, version: int
) -> None:
    """A return for each authority of a release; of two rows the first."""
    sent = set()
    for row in rows:
        name = MISPRINTED.get(row["area_as_printed"], row["area_as_printed"])
        if name not in codes or name in sent:
            continue
        sent.add(name)
        count, share = row["total_n"], row["total_pct"]
        # the roll is not printed: two decimals make one, a single one is too coarse
        is_fine = row["release"] == PROVISIONAL and share != ""
        roll = str(round(100 * float(count) / float(share))) if is_fine else ""
        send(
            landing,
            codes[name],
            SCHOOL_YEAR,
            version,
            ("SG30", "", count, roll, share, ""),
        )


def flags_of(warehouse: Path) -> set[tuple[str, ...]]:
    """The flags by rule, indicator, area, period, severity and state."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return set(
            connection.execute(
                "select rule_code, indicator_id, area_code, period_id, severity, state"
                " from mart.fct_quality_flags where indicator_id is not null"
            ).fetchall()
        )


@pytest.fixture(scope="module")
def provisional(
    public_data: Path,
    codes: dict[str, str],
    template: Template,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """A folder in which the release of 2003 and the homelessness table are built."""
    folder = tmp_path_factory.mktemp("hansard")
    landing = folder / "landing" / "lscb_return"
    landing.mkdir(parents=True)
    rows = read_rows(public_data / EXCLUSIONS)
    of_2003 = [row for row in rows if row["release"] == PROVISIONAL]
    send_exclusions(of_2003, codes, landing, version=1)
    for row in read_rows(public_data / HOMELESSNESS):
        for year in YEARS:
            # no table of the model dataset holds them; they go where shares of
            # households go
            fields = ("SG34", "", "", "", row[year], "bedroom standard")
            send(landing, codes[row["borough"]], year, 1, fields)
    build_from(template, landing.parent, folder).marts.close()
    yield folder


@pytest.fixture(scope="module")
def first_flags(provisional: Path) -> set[tuple[str, ...]]:
    return flags_of(provisional / "warehouse.duckdb")


def test_the_row_of_another_borough_is_asked_about_and_nobody_is_accused(
    provisional: Path, first_flags: set[tuple[str, ...]]
) -> None:
    rule = "figure_equals_other_borough"
    copied = {flag[2] for flag in first_flags if flag[0] == rule}
    assert copied == {HARINGEY, FULHAM, *ALIKE}
    with duckdb.connect(
        str(provisional / "warehouse.duckdb"), read_only=True
    ) as connection:
        assert connection.execute(
            "select count(*) from mart.fct_indicator_values"
            " where refused_by_rule is not null"
        ).fetchone() == (0,)
    assert {flag[4] for flag in first_flags if flag[0] == rule} == {"warning"}


def test_the_footnote_read_as_a_value_is_flagged(
    first_flags: set[tuple[str, ...]],
) -> None:
    found = {flag[1:4] for flag in first_flags if flag[0] == "footnote_read_as_value"}
    assert found == {("SG30", CITY, SCHOOL_YEAR)}


def test_the_lost_decimal_points_are_flagged(
    public_data: Path, codes: dict[str, str], first_flags: set[tuple[str, ...]]
) -> None:
    rows = read_rows(public_data / HOMELESSNESS)
    unreadable = {
        (codes[row["borough"]], year): row[year]
        for row in rows
        for year in YEARS
        if " " in row[year] or "(" in row[year]
    }
    assert LOST_POINTS.items() <= unreadable.items()
    found = {flag[2:4] for flag in first_flags if flag[0] == "number_unreadable"}
    assert found == set(unreadable)


def test_no_other_row_is_called_wrong(first_flags: set[tuple[str, ...]]) -> None:
    alarms = {
        flag[:4]
        for flag in first_flags
        if flag[4] in ("error", "warning") and flag[1] == "SG30"
    }
    expected = {
        *(
            ("figure_equals_other_borough", "SG30", area, SCHOOL_YEAR)
            for area in (HARINGEY, FULHAM, *ALIKE)
        ),
        ("footnote_read_as_value", "SG30", CITY, SCHOOL_YEAR),
    }
    assert expected <= alarms
    # the percentage of Waltham Forest was not printed
    assert alarms - expected == {
        ("denominator_missing", "SG30", "E09000031", SCHOOL_YEAR)
    }


def test_the_revised_release_settles_them(
    provisional: Path, template: Template, public_data: Path, codes: dict[str, str]
) -> None:
    rows = read_rows(public_data / EXCLUSIONS)
    landing = provisional / "landing"
    of_2007 = [row for row in rows if row["release"] == REVISED]
    send_exclusions(of_2007, codes, landing / "lscb_return", version=2)
    build_from(template, landing, provisional).marts.close()
    states = {
        (flag[0], flag[2]): flag[5]
        for flag in flags_of(provisional / "warehouse.duckdb")
        if flag[1] == "SG30"
    }
    for rule, area in (
        ("figure_equals_other_borough", HARINGEY),
        ("figure_equals_other_borough", FULHAM),
        ("footnote_read_as_value", CITY),
    ):
        assert states[rule, area] == "resolved"
