"""A check keeps silent of what comes of seeing one sender's files alone, and no more.

One build of files that give each such finding: an annual return with all its own
indicators; a quarter's return, sent early, of which one indicator and one denominator
are left out; records sent late, some of a year that stands alone; a file that nobody
can read.
"""

import csv
import os
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from build_help import AS_OF
from lscb.check import build_alone, keep_silent
from lscb.quality.suites import Rule, load_rules
from lscb.settings import PROJECT, Settings

pytestmark = pytest.mark.long

ANNUAL, QUARTERLY = "E09000007", "E09000010"
RECORDS, ALONE, UNREAD = "E09000003", "E09000004", "E09000005"
SENT_EARLY, SENT_LATE = date(2008, 6, 11), date(2010, 1, 4)
Finding = tuple[str, str | None, str | None, str | None]
"""Code of the rule, indicator, area and period."""


def owed(period_type: str, on: str) -> list[dict[str, str]]:
    """Indicators of a return, as the seed has them."""
    with (PROJECT / "seeds" / "catalogue" / "indicators.csv").open(newline="") as seed:
        return [
            row
            for row in csv.DictReader(seed)
            if row["extract"] == "lscb_return"
            and period_type in row["periods"].split("|")
            and (period_type == "quarter" or row["year_from_quarters"] == "none")
            and row["definition_status"] != "not_defined"
            and (row["valid_from"] or on) <= on <= (row["valid_to"] or on)
        ]


def write(folder: Path, name: str, on: date, *rows: Iterable[str]) -> Path:
    """A file that was received on a day."""
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows(rows)
    at = datetime(on.year, on.month, on.day, 12).timestamp()
    os.utime(path, (at, at))
    return path


def returned(
    indicators: list[dict[str, str]], without_denominator: str | None = None
) -> list[tuple[str, ...]]:
    return [
        ("pi_code", "numerator", "denominator", "measure"),
        *(
            (
                row["indicator_id"],
                "40",
                "" if row["indicator_id"] == without_denominator else "100",
                row["measure_qualifier"],
            )
            for row in indicators
        ),
    ]


def referrals(*days: str) -> list[tuple[str, ...]]:
    header = ("referral_id", "referral_date", "contact_type")
    return [header, *((f"r{day}", day, "Referral") for day in days)]


LEFT_OUT, *SENT_OF_QUARTER = owed("quarter", "2008-06-30")
NOT_DIVIDED = next(
    row["indicator_id"] for row in SENT_OF_QUARTER if row["denominator_basis"] == "sent"
)
SENT_OF_YEAR = owed("financial_year", "2009-03-31")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The warehouse of all these files, before a check keeps silent of anything."""
    folder = tmp_path_factory.mktemp("sent")
    day = "2008-05-06"
    files = [
        write(folder, f"lscb_return__{ANNUAL}__2008-09__v1.csv", SENT_LATE,
              *returned(SENT_OF_YEAR)),
        write(folder, f"lscb_return__{QUARTERLY}__2008-09Q1__v1.csv", SENT_EARLY,
              *returned(SENT_OF_QUARTER, NOT_DIVIDED)),
        write(folder, f"lado_referrals__{RECORDS}__2008-09Q1__v1.csv", SENT_LATE,
              *referrals(day)),
        write(folder, f"lado_referrals__{ALONE}__1998-99Q1__v1.csv", SENT_LATE,
              *referrals("1998-05-06")),
        write(folder, f"lado_referrals__{UNREAD}__2008-09Q1__v1.csv", SENT_LATE,
              ("one", "other")),
    ]  # fmt: skip
    scratch = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSCB_AS_OF", AS_OF)
        build_alone(files, [], Settings.from_environment(), scratch)
    yield scratch / "warehouse.duckdb"


def findings(built: Path, rules: Iterable[Rule]) -> set[Finding]:
    """What is left to say where the check goes by these rules; nothing is kept."""
    with duckdb.connect(str(built)) as db:
        db.begin()
        keep_silent(db, tuple(rules))
        found = db.execute(
            "select rule_code, indicator_id, area_code, period_id"
            " from mart.fct_quality_flags"
        ).fetchall()
        db.rollback()
    return set(found)


def without(taken_out: str | None) -> list[Rule]:
    """The rules, of which one no longer says what it needs more; None: none says it."""
    return [
        Rule(**vars(rule) | {"needs_more": None})
        if taken_out in (None, rule.rule_code)
        else rule
        for rule in load_rules()
    ]


@pytest.mark.parametrize(
    "rule_code",
    sorted(rule.rule_code for rule in load_rules() if rule.needs_more),
)
def test_a_rule_that_does_not_say_it_is_heard(built: Path, rule_code: str) -> None:
    silent, heard = findings(built, load_rules()), findings(built, without(rule_code))
    assert silent < heard
    assert {code for code, *_ in heard - silent} == {rule_code}


def test_all_else_is_said(built: Path) -> None:
    """What is kept back is of rules that say so, and nothing is added."""
    silent, all_found = findings(built, load_rules()), findings(built, without(None))
    saying = {rule.rule_code for rule in load_rules() if rule.needs_more}
    assert {code for code, *_ in all_found - silent} == saying
    assert silent < all_found
    assert {code for code, *_ in silent} - saying


def test_an_annual_return_misses_no_figure_that_its_quarters_bring(built: Path) -> None:
    """Before a check keeps silent, it does: so the file is one that shows it."""
    missing = {
        (indicator, area, period)
        for code, indicator, area, period in findings(built, without(None))
        if code == "figure_missing"
    }
    assert {period for _, area, period in missing if area == ANNUAL} == {"2008-09"}
    assert not {
        (code, area)
        for code, _, area, _ in findings(built, load_rules())
        if code == "figure_missing" and area == ANNUAL
    }


def test_a_quarters_return_misses_the_figure_that_was_left_out(built: Path) -> None:
    said = {
        (indicator, period)
        for code, indicator, area, period in findings(built, load_rules())
        if code == "figure_missing" and area == QUARTERLY
    }
    assert (LEFT_OUT["indicator_id"], "2008-09Q1") in said
    sent = {row["indicator_id"] for row in SENT_OF_QUARTER}
    assert not {each for each in said if each[0] in sent and each[1] == "2008-09Q1"}


def test_a_denominator_that_is_sent_is_missed_and_a_population_is_not(
    built: Path,
) -> None:
    with duckdb.connect(str(built), read_only=True) as db:
        by_population = {
            code
            for (code,) in db.execute(
                "select indicator_id from mart.dim_indicators"
                " where denominator_basis = 'population'"
            ).fetchall()
        }
    missing = {
        which: {
            indicator
            for code, indicator, *_ in findings(built, rules)
            if code == "denominator_missing"
        }
        for which, rules in (("all", without(None)), ("said", load_rules()))
    }
    assert missing["all"] & by_population
    assert NOT_DIVIDED in missing["said"]
    assert missing["said"] == missing["all"] - by_population
