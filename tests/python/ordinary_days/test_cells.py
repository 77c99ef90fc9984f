"""Cells, periods, totals and coverage on days that are not like the sample.

One small landing at 28 November 2009, in the middle of a year: what every cell must be
is written beside each test, worked out by hand from the few lines that were sent.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bench.template import Template
from build_help import Build, build_from, hold

pytestmark = pytest.mark.long

AS_OF = "2009-11-28"
LONDON, INNER, OUTER = "E12000007", "E13000001", "E13000002"
BARKING, BARNET, BEXLEY, BRENT = "E09000002", "E09000003", "E09000004", "E09000005"
BROMLEY, CAMDEN, CROYDON, EALING = "E09000006", "E09000007", "E09000008", "E09000009"
ENFIELD, HACKNEY, HARROW = "E09000010", "E09000012", "E09000015"

POPULATION_HEAD = "gss_code,age_band,persons"
RETURN_HEAD = "pi_code,definition,numerator,denominator"
LADO_HEAD = "referral_id,referral_date,contact_type"
OFFENCE_HEAD = (
    "crime_ref,victim_no,recorded_date,bocu,ho_class,child_abuse,knife,drug,status"
)
CRIME_HEAD = "Borough,Major Category,Minor Category,198903,200904,203804"


class Post:
    """Puts files into a landing folder, each with the day on which it came."""

    def __init__(self, landing: Path) -> None:
        self.landing = landing

    def send(self, name: str, head: str, *lines: str, on: str = "2009-11-01") -> Path:
        """Write one file of this name and give its path."""
        path = self.landing / name.split("__")[0] / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
        came = datetime.fromisoformat(f"{on}T12:00:00+00:00").timestamp()
        os.utime(path, (came, came))
        return path


def send_everything(post: Post) -> None:
    """Every file of this landing, by what it is there for."""
    # a running year: one quarter, one month
    post.send(
        "lado_referrals__Camden__2009-10Q1__v1",
        LADO_HEAD,
        "R1,2009-05-01,Referral",
        on="2009-07-10",
    )
    for month, day in (("M2009-04", "2009-04-11"), ("M2009-10", "2009-10-11")):
        post.send(
            f"police_offences__MPS__{month}__v1",
            OFFENCE_HEAD,
            f"{month},1,{day},Camden,11,N,N,N,Recorded",
        )
    # early: the third quarter runs until the end of December
    post.send(
        f"lscb_return__{BARNET}__2009-10Q3__v1",
        RETURN_HEAD,
        "SG02,1,5,50",
        "SG08,1,40,",
        on="2009-11-20",
    )
    post.send(
        f"lscb_return__{BRENT}__AY2009-10__v1",
        RETURN_HEAD,
        "SG30,1,4,400",
        on="2009-11-20",
    )
    post.send(
        f"lscb_return__{BROMLEY}__2009-10__v1",
        RETURN_HEAD,
        "SG17,1,9,90",
        on="2009-11-20",
    )
    post.send(
        f"lscb_return__{BROMLEY}__2009-10Q4__v1",
        RETURN_HEAD,
        "SG13,1,3,",
        on="2009-11-20",
    )
    # no population in 2009; in 2008 by single years, as a band, lacking a year, and 0
    years = [f"{BARKING},{age},100" for age in range(18)]
    years += [f"{BARNET},{age},100" for age in range(18)] + [f"{BARNET},0-17,5000"]
    years += [f"{BEXLEY},{age},100" for age in range(18) if age != 9]
    years += [f"{BRENT},0-17,0"]
    post.send("population__ONS__2008__v1", POPULATION_HEAD, *years)
    for area in (BARKING, BARNET, BEXLEY, BRENT, BROMLEY):
        post.send(f"lscb_return__{area}__2008-09Q1__v1", RETURN_HEAD, "SG01,1,9,4")
    post.send(f"lscb_return__{BARKING}__2009-10Q1__v1", RETURN_HEAD, "SG01,1,9,4")
    # denominators of every kind, in types of every kind
    post.send(
        f"lscb_return__{CAMDEN}__2008-09Q2__v1",
        RETURN_HEAD,
        "SG02,1,12,",
        "SG03,1,30,40",
        "SG04,1,0,0",
        "SG05,1,0,0",
        "SG07,1,8,0",
        "SG09,1,8,*",
        "SG10,1,8,..",
        "SG22,1,7,:",
        "SG13,1,0,0",
        "SG20,1,6,",
        "SG35,1,5,8",
    )
    post.send(
        f"lscb_return__{CROYDON}__2008-09Q2__v1",
        RETURN_HEAD,
        "SG03,1,10,",
        "SG05,1,0,0",
    )
    # outside the calendar
    post.send(
        "lado_referrals__Ealing__1979-80Q1__v1",
        LADO_HEAD,
        "R1,1979-05-01,Referral",
        "R2,1979-05-02,Referral",
    )
    post.send(
        "lado_referrals__Ealing__2038-39Q1__v1", LADO_HEAD, "R1,2038-05-01,Referral"
    )
    post.send("population__ONS__1950__v1", POPULATION_HEAD, f"{EALING},0-17,5")
    post.send(
        "mps_borough_crime__GLA__1989-2038__v1",
        CRIME_HEAD,
        "Ealing,Drugs,Drug Trafficking,7,8,9",
    )
    post.send(
        "ees_statistics__DFE__old__v1",
        "time_period,time_identifier,geographic_level,new_la_code,la_name,referral_count",
        f"1970,Reporting year,Local authority,{EALING},Ealing,70",
        f"2009,Reporting year,Local authority,{EALING},Ealing,900",
    )
    # withdrawn later: what these say while they are there
    post.send(
        f"lscb_return__{ENFIELD}__2008-09Q3__v1",
        RETURN_HEAD,
        "SG03,1,1,10",
        on="2009-01-10",
    )
    post.send(
        f"lscb_return__{ENFIELD}__2008-09Q3__v2",
        RETURN_HEAD,
        "SG03,1,2,10",
        on="2009-03-10",
    )
    post.send(f"lscb_return__{HACKNEY}__2008-09Q3__v1", RETURN_HEAD, "SG03,1,3,10")
    post.send(f"lscb_return__{HARROW}__2008-09Q3__v1", RETURN_HEAD, "SG03,1,4,10")


class Marts:
    """Questions to one warehouse."""

    def __init__(self, built: Build) -> None:
        self.ask = built.marts.execute

    def value(self, indicator: str, area: str, period: str, *columns: str) -> tuple:
        """Some columns of one value: status, numerator and denominator unless named."""
        names = columns or ("value_status", "numerator", "denominator")
        (row,) = self.ask(
            f"select {', '.join(names)} from mart.fct_indicator_values"
            " where indicator_id = ? and area_code = ? and period_id = ?",
            [indicator, area, period],
        ).fetchall()
        return row

    def status(self, indicator: str, area: str, period: str) -> str:
        """The status of one value."""
        return self.value(indicator, area, period, "value_status")[0]

    def coverage(self, indicator: str, area: str, period: str) -> tuple:
        """Status, blocks in, and whether one came early."""
        (row,) = self.ask(
            "select coverage_status, blocks_in, is_early from mart.fct_coverage"
            " where indicator_id = ? and area_code = ? and period_id = ?",
            [indicator, area, period],
        ).fetchall()
        return row

    def file(self, name: str) -> tuple:
        """Status, reason code and lines read of one file."""
        (row,) = self.ask(
            "select status, reason_code, lines_read from mart.fct_submissions"
            " where file_name = ?",
            [f"{name}.csv"],
        ).fetchall()
        return row


@pytest.fixture(scope="module")
def built(
    template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Build]:
    """The landing, built, and every test of data that there is holds."""
    folder = tmp_path_factory.mktemp("cells")
    send_everything(Post(folder / "landing"))
    made = build_from(template, folder / "landing", folder, as_of=AS_OF)
    hold(made.warehouse, template.invariants, AS_OF)
    yield made
    made.marts.close()


@pytest.fixture(scope="module")
def marts(built: Build) -> Marts:
    return Marts(built)


# A running year


def test_a_running_year_is_partial_as_soon_as_a_quarter_is_in(marts: Marts) -> None:
    assert marts.value("SG12", CAMDEN, "2009-10Q1") == ("reported", 1, None)
    assert marts.value("SG12", CAMDEN, "2009-10") == ("partial", 1, None)
    assert marts.coverage("SG12", CAMDEN, "2009-10") == ("partial", 1, False)


def test_a_running_year_with_nothing_in_is_not_due(marts: Marts) -> None:
    quarters = [marts.status("SG12", BEXLEY, f"2009-10Q{n}") for n in (1, 2, 3, 4)]
    assert quarters == ["not_submitted", "not_submitted", "not_due", "not_due"]
    assert marts.status("SG12", BEXLEY, "2009-10") == "not_due"
    assert marts.coverage("SG12", BEXLEY, "2009-10") == ("not due", 0, False)
    assert marts.coverage("SG12", BEXLEY, "2009-10Q1") == ("missing", 0, False)


def test_a_year_that_is_over_is_not_running(marts: Marts) -> None:
    assert marts.status("SG12", BEXLEY, "2008-09") == "not_submitted"
    assert marts.coverage("SG12", BEXLEY, "2008-09") == ("missing", 0, False)


def test_a_running_quarter_of_months(marts: Marts) -> None:
    """April is in and May overdue; October is in, November not due."""
    for period in ("2009-10Q1", "2009-10Q3"):
        status, numerator, _ = marts.value("SG15", CAMDEN, period)
        assert (status, numerator) == ("no_denominator", 1), "nobody counted 2009"
        assert marts.coverage("SG15", CAMDEN, period)[0] == "partial"
    assert marts.status("SG15", CAMDEN, "2009-10Q4") == "not_due"
    assert marts.status("SG15", CAMDEN, "2009-10Q2") == "not_submitted"


def test_a_running_academic_year_is_not_due(marts: Marts) -> None:
    assert marts.status("SG30", BEXLEY, "AY2009-10") == "not_due"
    assert marts.status("SG30", BEXLEY, "AY2008-09") == "not_submitted"


# Early


def test_a_figure_received_before_its_period_ends_is_used(marts: Marts) -> None:
    wanted = ("value_status", "indicator_value", "is_provisional")
    assert marts.value("SG02", BARNET, "2009-10Q3", *wanted) == ("reported", 10, True)
    assert marts.coverage("SG02", BARNET, "2009-10Q3") == ("on time", 1, True)
    assert marts.value("SG30", BRENT, "AY2009-10", *wanted) == ("reported", 1, True)
    assert marts.value("SG17", BROMLEY, "2009-10", *wanted) == ("reported", 0.1, True)
    assert marts.value("SG13", BROMLEY, "2009-10Q4", *wanted) == ("reported", 3, True)
    assert marts.coverage("SG13", BROMLEY, "2009-10") == ("partial", 1, True)


def test_what_an_early_return_does_not_hold_is_missing_from_it(marts: Marts) -> None:
    assert marts.status("SG03", BARNET, "2009-10Q3") == "not_submitted"
    assert marts.coverage("SG03", BARNET, "2009-10Q3") == ("missing", 1, True)


def test_early_files_are_named_in_a_notice(marts: Marts) -> None:
    found = marts.ask(
        "select distinct period_id, severity from mart.fct_quality_flags"
        " where rule_code = 'submission_early' order by 1"
    ).fetchall()
    assert found == [
        (p, "notice") for p in ("2009-10", "2009-10Q3", "2009-10Q4", "AY2009-10")
    ]


# Populations


def test_a_band_is_the_sum_of_its_single_years(marts: Marts) -> None:
    assert marts.value("SG01", BARKING, "2008-09Q1") == ("reported", 9, 1800)
    assert marts.value("SG01", BARNET, "2008-09Q1") == ("reported", 9, 5000)
    assert marts.value("SG01", BEXLEY, "2008-09Q1") == ("no_denominator", 9, None)
    assert marts.value("SG01", BRENT, "2008-09Q1") == ("no_denominator", 9, None)
    assert marts.value("SG01", BROMLEY, "2008-09Q1") == ("no_denominator", 9, None)


def test_the_lines_of_the_single_years_are_cited(marts: Marts) -> None:
    cited = "denominator_rows, first_line, last_line"
    query = (
        f"select area_code, {cited} from mart.fct_lineage where indicator_id = 'SG01'"
        " and period_id = '2008-09Q1' and extract = 'population'"
    )
    assert sorted(marts.ask(query).fetchall()) == [
        (BARKING, 18, 2, 19),
        (BARNET, 1, 38, 38),
        (LONDON, 19, 2, 38),
        (OUTER, 19, 2, 38),
    ]


def test_areas_without_a_population_stay_out_of_the_ratio(marts: Marts) -> None:
    wanted = ("value_status", "numerator", "denominator", "areas_included")
    assert marts.value("SG01", LONDON, "2008-09Q1", *wanted) == ("partial", 18, 6800, 2)


def test_a_total_in_which_no_area_has_both_has_no_denominator(marts: Marts) -> None:
    wanted = (
        "value_status",
        "numerator",
        "denominator",
        "indicator_value",
        "interval_method",
        "lower_limit",
    )
    nothing = ("no_denominator", 9, None, None, None, None)
    assert marts.value("SG01", BARKING, "2009-10Q1", *wanted) == nothing
    assert marts.value("SG01", LONDON, "2009-10Q1", *wanted) == nothing
    assert marts.value("SG02", LONDON, "2008-09Q2", *wanted)[:2] == (
        "no_denominator",
        12,
    )


# Denominators that are no number to divide by


@pytest.mark.parametrize(
    ("indicator", "status", "numerator"),
    [
        ("SG02", "no_denominator", 12),
        ("SG04", "no_denominator", 0),
        ("SG05", "no_denominator", 0),
        ("SG07", "no_denominator", 8),
        ("SG09", "suppressed_at_source", None),
        ("SG10", "not_available", None),
        ("SG22", "not_available", None),
        ("SG13", "reported", 0),
        ("SG20", "reported", 6),
        ("SG35", "reported", 5),
    ],
)
def test_a_denominator_that_is_none(
    marts: Marts, indicator: str, status: str, numerator: float | None
) -> None:
    wanted = ("value_status", "numerator", "denominator")
    found = marts.value(indicator, CAMDEN, "2008-09Q2", *wanted)
    assert found == (status, numerator, None)
    for area in (CAMDEN, INNER, LONDON):
        value, method, limit = marts.value(
            indicator,
            area,
            "2008-09Q2",
            "indicator_value",
            "interval_method",
            "upper_limit",
        )
        if status == "reported":
            assert (value, method) == (numerator, "exact_poisson")
        else:
            assert (value, method, limit) == (None, None, None)


def test_a_total_takes_the_areas_that_have_both(marts: Marts) -> None:
    assert marts.value("SG03", LONDON, "2008-09Q2") == ("partial", 30, 40)
    assert marts.value("SG05", LONDON, "2008-09Q2") == ("no_denominator", 0, None)


# The calendar


def test_the_calendar_has_its_bounds(marts: Marts) -> None:
    query = (
        "select min(start_date), max(end_date) from mart.dim_periods"
        " where period_type = ?"
    )
    bounds = {
        kind: tuple(str(day) for day in marts.ask(query, [kind]).fetchone())
        for kind in (
            "quarter",
            "financial_year",
            "month",
            "academic_year",
            "calendar_year",
        )
    }
    assert bounds == {
        "quarter": ("1990-04-01", "2010-03-31"),
        "financial_year": ("1990-04-01", "2010-03-31"),
        "month": ("1990-04-01", "2010-03-31"),
        "academic_year": ("1990-09-01", "2010-08-31"),
        "calendar_year": ("1990-01-01", "2009-12-31"),
    }
    (count,) = marts.ask("select count(*) from mart.dim_periods").fetchone()
    assert count == 20 * (4 + 1 + 12 + 1 + 1) + 3


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("lado_referrals__Ealing__1979-80Q1__v1", 2),
        ("lado_referrals__Ealing__2038-39Q1__v1", 1),
        ("population__ONS__1950__v1", 1),
    ],
)
def test_a_file_outside_the_calendar_says_so(
    marts: Marts, name: str, records: int
) -> None:
    assert marts.file(name) == ("accepted", "period_outside_calendar", records)
    notices = marts.ask(
        "select notice_code, occurrences from mart.fct_submission_notices"
        " where file_name = ?",
        [f"{name}.csv"],
    ).fetchall()
    assert notices == [("period_outside_calendar", records)]
    flags = marts.ask(
        "select severity from mart.fct_quality_flags"
        " where rule_code = 'period_outside_calendar' and file_name = ?",
        [f"{name}.csv"],
    ).fetchall()
    assert flags == [("warning",)]


def test_published_figures_outside_the_calendar_are_counted_in_a_notice(
    marts: Marts,
) -> None:
    found = marts.ask(
        "select extract, occurrences from mart.fct_submission_notices"
        " where notice_code = 'period_outside_calendar'"
        " and extract in ('mps_borough_crime', 'ees_statistics') order by 1"
    ).fetchall()
    assert found == [("ees_statistics", 1), ("mps_borough_crime", 2)]
    assert marts.file("mps_borough_crime__GLA__1989-2038__v1")[:2] == ("accepted", None)
    assert marts.value("CX01", EALING, "2009-10Q1")[:2] == ("partial", 8)
    assert marts.value("SG01", EALING, "2008-09")[1] == 900


def test_what_lies_outside_opens_no_cell(marts: Marts) -> None:
    found = marts.ask(
        "select distinct period_id from mart.fct_indicator_values"
        " where not regexp_matches(period_id, '200[789]')"
    ).fetchall()
    assert found == []


# Files that are taken away


@pytest.fixture(scope="module")
def after(built: Build, template: Template) -> Iterator[Marts]:
    """The marts after some files were deleted and one was written over."""
    (
        built.landing / "lscb_return" / f"lscb_return__{ENFIELD}__2008-09Q3__v2.csv"
    ).unlink()
    (
        built.landing / "lscb_return" / f"lscb_return__{HACKNEY}__2008-09Q3__v1.csv"
    ).unlink()
    Post(built.landing).send(
        f"lscb_return__{HARROW}__2008-09Q3__v1",
        RETURN_HEAD,
        "SG03,1,5,10",
        on="2009-11-10",
    )
    built.marts.close()
    folder = built.warehouse.parent
    again = build_from(template, built.landing, folder, as_of=AS_OF)
    hold(again.warehouse, template.invariants, AS_OF)
    yield Marts(again)
    again.marts.close()


def test_a_deleted_file_takes_its_effect_away(after: Marts) -> None:
    """What it replaced stands again, and where it stood alone there is silence."""
    assert after.value("SG03", ENFIELD, "2008-09Q3") == ("reported", 1, 10)
    assert after.value("SG03", HACKNEY, "2008-09Q3") == ("not_submitted", None, None)
    assert after.coverage("SG03", HACKNEY, "2008-09Q3") == ("missing", 0, False)
    withdrawn = ("withdrawn", "withdrawn", None)
    assert after.file(f"lscb_return__{ENFIELD}__2008-09Q3__v2") == withdrawn
    assert after.file(f"lscb_return__{HACKNEY}__2008-09Q3__v1") == withdrawn


def test_a_file_that_was_written_over_claims_nothing(after: Marts) -> None:
    assert after.value("SG03", HARROW, "2008-09Q3") == ("reported", 5, 10)
    query = "select status from mart.fct_submissions where file_name = ? order by 1"
    name = f"lscb_return__{HARROW}__2008-09Q3__v1.csv"
    assert after.ask(query, [name]).fetchall() == [("accepted",), ("superseded",)]
