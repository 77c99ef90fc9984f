"""An error withholds what it finds, and stops nothing."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bench.template import Template
from build_help import Build, environment
from lscb.dbt import messages_of
from lscb.sheets.returns import write_return_sheets

SWAPPED = ("SG02", "E09000002", "2008-09Q1")
TRUST = ("5C2", "2008-09Q1")
HEAPED = ("E09000008", "2007-08Q1")
NUMBERED = "E09000010"
SURVEYED = ("E09000011", "W2008")
POPULATION = ("E09000007", "2008", "0-17")
LONDON = "E12000007"

FAULTS = (
    # the two numbers of one row of a return change places
    "update staging.stg_boroughs__returns"
    " set numerator = denominator, denominator = numerator"
    " where (file_id, line_number) in (select (file_id, line_number)"
    " from intermediate.int_claims__returns"
    f" where (indicator_id, area_code, period_id) = {SWAPPED})",
    # a trust writes its dates in the American order
    "update staging.stg_pct__admissions set admission_date ="
    " date_trunc('month', admission_date)"
    " + to_days(cast((extract(day from admission_date) - 1) % 12 as integer))"
    " where file_id in (select file_id from mart.fct_submissions"
    " where extract = 'pct_admissions' and status = 'accepted'"
    f" and (submitter, period_id) = {TRUST})",
    # a LADO puts the first of the month where the day is not known
    "update staging.stg_lado__referrals set referral_date ="
    " cast(date_trunc('month', referral_date) as date)"
    " where line_number % 3 <> 0 and file_id in (select file_id"
    " from mart.fct_submissions where extract = 'lado_referrals'"
    f" and status = 'accepted' and (submitter, period_id) = {HEAPED})",
    # a LADO numbers the allegations of each quarter from 1
    "update staging.stg_lado__referrals set referral_id = cast(line_number as varchar)"
    " where file_id in (select file_id from mart.fct_submissions"
    " where extract = 'lado_referrals' and status = 'accepted'"
    f" and submitter = '{NUMBERED}')",
    # a survey in which more than all children feel safe
    "update staging.stg_tellus__answers set weighted_percent = 70"
    " where question_id = 'feel_safe_area' and response in ('very safe', 'quite safe')"
    " and area_code || file_id in (select area_code || file_id from mart.fct_lineage"
    f" where indicator_id = 'SG29' and (area_code, period_id) = {SURVEYED})",
    # a population loses its last digit
    "update staging.stg_ons__populations set persons = floor(persons / 10)"
    " where (file_id, line_number) in (select (file_id, line_number)"
    " from intermediate.int_ons__populations_current"
    f" where (area_code, cast(mid_year as varchar), age_band) = {POPULATION})",
)


def copy_of(warehouse: Path, folder: Path) -> Path:
    """A warehouse of its own to spoil."""
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(warehouse, folder / warehouse.name))


def build_again(
    template: Template, built: Build, warehouse: Path, *selected: str
) -> None:
    """Build from the staging tables on, or what is selected, in a spoilt copy."""
    os.environ["LSCB_LANDING_MODE"] = "lake_only"
    selected = selected or ("--exclude", "path:models/staging")
    try:
        with environment(built.landing, built.lake, warehouse):
            result = template.build(warehouse, *selected)
    finally:
        del os.environ["LSCB_LANDING_MODE"]
    assert result.success, messages_of(result)


@pytest.fixture(scope="module")
def spoilt(
    template: Template, warehouse: Build, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample with three faults, built again."""
    copy = copy_of(warehouse.warehouse, tmp_path_factory.mktemp("spoilt"))
    with duckdb.connect(str(copy)) as connection:
        for fault in FAULTS:
            assert connection.execute(fault).fetchone()[0] > 0
    build_again(template, warehouse, copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        yield connection


def cell(connection: duckdb.DuckDBPyConnection, *key: str) -> dict[str, Any]:
    """One value of the mart by indicator, area and period."""
    found = connection.execute(
        "select * from mart.fct_indicator_values"
        " where (indicator_id, area_code, period_id) = (?, ?, ?)",
        key,
    )
    names = [column[0] for column in found.description]
    (row,) = found.fetchall()
    return dict(zip(names, row, strict=True))


def assert_refused(connection: duckdb.DuckDBPyConnection, rule: str, *key: str) -> None:
    found = cell(connection, *key)
    assert (found["value_status"], found["refused_by_rule"]) == ("refused", rule)
    numbers = ("numerator", "denominator", "indicator_value", "lower_limit")
    assert [found[name] for name in numbers] == [None] * 4
    assert connection.execute(
        "select count(*) from mart.fct_lineage"
        " where (indicator_id, area_code, period_id) = (?, ?, ?)",
        key,
    ).fetchone() == (0,)


def test_the_clean_sample_withholds_nothing(warehouse: Build) -> None:
    assert warehouse.marts.execute(
        "select count(*) from mart.fct_indicator_values"
        " where refused_by_rule is not null"
    ).fetchone() == (0,)


def test_a_figure_that_cannot_be_is_refused_and_kept_out(
    warehouse: Build, spoilt: duckdb.DuckDBPyConnection
) -> None:
    indicator, area, quarter = SWAPPED
    assert_refused(spoilt, "numerator_above_denominator", *SWAPPED)
    true = cell(warehouse.marts, *SWAPPED)
    for period, place, areas in (
        (quarter, LONDON, -1),
        ("2008-09", area, 0),
        ("2008-09", LONDON, 0),
    ):
        before = cell(warehouse.marts, indicator, place, period)
        after = cell(spoilt, indicator, place, period)
        assert after["value_status"] == "partial"
        assert before["numerator"] - after["numerator"] == true["numerator"]
        assert before["denominator"] - after["denominator"] == true["denominator"]
        assert after["areas_included"] - before["areas_included"] == areas


def test_the_totals_cite_no_line_of_what_is_withheld(
    warehouse: Build, spoilt: duckdb.DuckDBPyConnection
) -> None:
    query = (
        "select distinct file_id from mart.fct_lineage"
        " where (indicator_id, area_code, period_id) = (?, ?, ?)"
    )
    indicator, _, quarter = SWAPPED
    own = warehouse.marts.execute(query, SWAPPED).fetchall()
    cited = spoilt.execute(query, [indicator, LONDON, quarter]).fetchall()
    assert len(own) == 1
    assert own[0] not in cited


def test_dates_in_the_american_order_are_asked_about_and_the_counts_stand(
    warehouse: Build, spoilt: duckdb.DuckDBPyConnection
) -> None:
    """A date with day and month swapped is another date of the same quarter."""
    trust, quarter = TRUST
    assert spoilt.execute(
        "select flags.severity from mart.fct_quality_flags as flags"
        " inner join mart.fct_submissions as submissions using (file_id)"
        " where flags.rule_code = 'days_never_above_twelve'"
        " and (submissions.submitter, submissions.period_id) = (?, ?)",
        [trust, quarter],
    ).fetchall() == [("warning",)]
    for indicator in ("SG23", "SG24", "SG25"):
        key = (indicator, "E09000002", quarter)
        assert cell(spoilt, *key) == cell(warehouse.marts, *key)


def test_the_rates_of_a_population_that_cannot_be_are_refused(
    spoilt: duckdb.DuckDBPyConnection,
) -> None:
    area, _, _ = POPULATION
    assert_refused(spoilt, "population_slipped", "SG23", area, "2008-09Q1")
    year = cell(spoilt, "SG23", area, "2008-09")
    assert (year["value_status"], year["refused_by_rule"]) == (
        "refused",
        "population_slipped",
    )


def test_what_was_numbered_anew_is_withheld_and_never_a_false_nought(
    warehouse: Build, spoilt: duckdb.DuckDBPyConnection
) -> None:
    """Whose numbers come first counts as before; of the rest nobody is told a count."""
    quarters = [
        period
        for (period,) in warehouse.marts.execute(
            "select period_id from mart.fct_indicator_values where indicator_id ="
            " 'SG12' and area_code = ? and value_status = 'reported'"
            " and period_id like '%Q%' and source_extract = 'lado_referrals'"
            " and numerator > 0",
            [NUMBERED],
        ).fetchall()
    ]
    withheld = []
    for quarter in quarters:
        before = cell(warehouse.marts, "SG12", NUMBERED, quarter)
        after = cell(spoilt, "SG12", NUMBERED, quarter)
        if after["value_status"] == "reported":
            assert after["numerator"] == before["numerator"]
            continue
        withheld.append(quarter)
        assert_refused(spoilt, "references_used_anew", "SG12", NUMBERED, quarter)
    assert len(withheld) >= len(quarters) - 1 >= 3


def test_a_percentage_above_the_whole_is_withheld(
    spoilt: duckdb.DuckDBPyConnection,
) -> None:
    assert_refused(spoilt, "survey_figure_above_the_whole", "SG29", *SURVEYED)


def test_the_lines_that_stood_out_are_named_to_the_sender(
    spoilt: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    planted = spoilt.execute(
        "select file_id, line_number from staging.stg_lado__referrals"
        " where extract(day from referral_date) = 1 and record_state = 'accepted'"
        " and file_id in (select file_id from mart.fct_submissions"
        " where extract = 'lado_referrals' and status = 'accepted'"
        f" and (submitter, period_id) = {HEAPED}) order by all"
    ).fetchall()
    assert len(planted) > 20
    assert (
        spoilt.execute(
            "select file_id, line_number from intermediate.int_quality__flag_lines"
            " where rule_code = 'dates_heaped_on_the_first' order by all"
        ).fetchall()
        == planted
    )
    (database,) = spoilt.execute(
        "select path from duckdb_databases() where not internal and path is not null"
    ).fetchone()
    write_return_sheets(Path(database), tmp_path)
    sheet = (tmp_path / f"{HEAPED[0]}.html").read_text("utf-8")
    sections = dict(part.split("</h2>", maxsplit=1) for part in sheet.split("<h2>")[1:])
    # what may be right is asked, and called nothing
    assert "dates_heaped_on_the_first" in sections["What we ask you"]
    assert "dates_heaped_on_the_first" not in sections["What looks wrong"]
    assert "are these the days on which it happened?" in sections["What we ask you"]
    first = ", ".join(str(line) for _, line in planted[:20])
    assert f"{first} and {len(planted) - 20} more" in sheet


def test_no_record_is_fetched_where_nothing_is_flagged(warehouse: Build) -> None:
    assert warehouse.marts.execute(
        "select count(*) from intermediate.int_quality__flag_lines as lines"
        " left join mart.fct_quality_flags as flags using (flag_id)"
        " where flags.flag_id is null or flags.file_id <> lines.file_id"
    ).fetchone() == (0,)


def test_the_scorecard_counts_the_open_flags_of_a_cell(
    warehouse: Build, spoilt: duckdb.DuckDBPyConnection
) -> None:
    query = (
        "select open_flags, worst_severity, refused_by_rule from"
        " mart.indicator_scorecard where (indicator_id, area_code, period_id)"
        " = (?, ?, ?)"
    )
    assert warehouse.marts.execute(query, SWAPPED).fetchall() == [(0, None, None)]
    ((flags, worst, rule),) = spoilt.execute(query, SWAPPED).fetchall()
    assert flags >= 1
    assert (worst, rule) == ("error", "numerator_above_denominator")


def test_what_is_withheld_is_not_called_set_aside(
    spoilt: duckdb.DuckDBPyConnection,
) -> None:
    assert spoilt.execute(
        "select count(*) from mart.fct_quality_flags as flags"
        " inner join mart.fct_indicator_values as shown"
        " using (indicator_id, definition_version, area_code, period_id)"
        " where flags.rule_code = 'figure_set_aside'"
        " and shown.refused_by_rule is not null"
    ).fetchone() == (0,)
