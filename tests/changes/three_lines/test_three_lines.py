"""What CONTRIBUTING tells, done as it stands: each kind of indicator, with its figures.

The truth of the sample, worked out by its second road, is held against this warehouse
too: those tests are taken over whole.
"""

import csv
import re
from pathlib import Path

import duckdb
import numpy as np
import pytest

from changing import SECTIONS, SIZE, World, changes_of
from lscb.sample import SEED, YEARS
from lscb.sampling.admissions import CODES, make_admissions
from lscb.sampling.periods import Grid
from lscb.sampling.reference import Reference
from places import LONDON
from test_truth import *  # noqa: F403

EVENTS = "SG45"
KINDS = {
    EVENTS: ("count", "quarter", "pct_admissions"),
    "SG46": ("count", "quarter", "lscb_return"),
    "SG47": ("ratio", "quarter", "lscb_return"),
    "SG48": ("proportion", "financial_year", "lscb_return"),
    "SG49": ("survey_percentage", "wave", "tellus_survey"),
    "SG50": ("count", "financial_year", "ees_statistics"),
}
CHANGED, WITHDRAWN = "SG14", "SG20"


def numbers_of(page: str) -> list[float]:
    """The numbers that a page shows, as exact as it holds them."""
    found = re.findall(r'<data value="([^"]+)"', page)
    found += re.findall(r'<td class="n">([^<]+)</td>', page)
    return [
        float(text.replace(",", ""))
        for text in found
        if re.fullmatch(r"-?[0-9,]+(\.[0-9]+)?", text)
    ]


@pytest.fixture(scope="module")
def published(grown: World) -> duckdb.DuckDBPyConnection:
    with grown.opened("published/lscb.duckdb") as connection:
        yield connection


@pytest.fixture(scope="module")
def marts(warehouse) -> duckdb.DuckDBPyConnection:
    return warehouse.marts


def test_the_page_tells_a_line_for_every_kind() -> None:
    rows = [
        row
        for change in changes_of(*SECTIONS)
        if change.path.endswith("/indicators.csv")
        for row in csv.reader(change.text.splitlines())
    ]
    assert {row[0] for row in rows} == {*KINDS, CHANGED, WITHDRAWN}
    first = changes_of(SECTIONS[0])
    assert len({change.path for change in first[:3]}) == 3
    assert len(first) == 5


@pytest.mark.parametrize("code", KINDS)
def test_an_indicator_has_figures_in_the_warehouse(marts, code: str) -> None:
    value_type, period_type, source = KINDS[code]
    found = marts.execute(
        "select count(*) from mart.indicator_scorecard where indicator_id = ?"
        " and value_type = ? and period_type = ? and source_extract = ?"
        " and area_type = 'local_authority' and value_status = 'reported'"
        " and indicator_value is not null",
        [code, value_type, period_type, source],
    ).fetchone()[0]
    if source == "ees_statistics":
        # nobody returns it, and the department has it of all
        assert found == 2 * 33
    else:
        assert found > 33


@pytest.mark.parametrize("code", KINDS)
def test_an_indicator_is_published(published, code: str) -> None:
    shown = published.execute(
        "select count(indicator_value) from mart.indicator_scorecard"
        " where indicator_id = ?",
        [code],
    ).fetchone()[0]
    assert shown > 0
    values, comparisons = published.execute(
        "select count(*), (select count(*) from mart.fct_comparisons"
        " where indicator_id = $code) from mart.fct_indicator_values"
        " where indicator_id = $code",
        {"code": code},
    ).fetchone()
    assert values == comparisons


@pytest.mark.parametrize("code", KINDS)
def test_an_indicator_has_its_page_with_a_figure(
    grown: World, published, code: str
) -> None:
    site = grown.folder / "published" / "site"
    page = (site / "indicators" / f"{code}.html").read_text(encoding="utf-8")
    (title,) = published.execute(
        "select title from mart.dim_indicators where indicator_id = ?", [code]
    ).fetchone()
    assert title.split("%")[-1].strip() in page.replace("&#x27;", "'")
    values = {
        value
        for (value,) in published.execute(
            "select indicator_value from mart.indicator_scorecard"
            " where indicator_id = ? and indicator_value > 0",
            [code],
        ).fetchall()
    }
    assert values & set(numbers_of(page))
    assert f"indicators/{code}.html" in (site / "index.html").read_text("utf-8") or (
        KINDS[code][0] == "survey_percentage"
    )
    assert f"{code}.html" in (site / "indicators.html").read_text("utf-8")


@pytest.mark.parametrize("code", KINDS)
def test_an_indicator_is_exported(grown: World, published, code: str) -> None:
    exports = grown.folder / "published" / "exports"
    [file] = exports.rglob("indicator_scorecard.csv")
    with file.open(newline="", encoding="utf-8") as lines:
        told = [row for row in csv.DictReader(lines) if row["indicator_id"] == code]
    expected = published.execute(
        "select count(*), count(indicator_value) from mart.indicator_scorecard"
        " where indicator_id = ?",
        [code],
    ).fetchone()
    assert (len(told), sum(bool(row["indicator_value"]) for row in told)) == expected


@pytest.mark.parametrize("code", KINDS)
def test_an_indicator_has_its_words_in_docs(grown: World, code: str) -> None:
    pages = (grown.project / "docs" / "indicators").glob("*.md")
    [told] = [
        text
        for text in (page.read_text(encoding="utf-8") for page in pages)
        if f"## {code} · " in text
    ]
    section = told.split(f"## {code} · ")[1].split("<a id=")[0]
    assert "**Why it matters.** Not written yet." in section
    assert "**What is counted.** " in section
    assert f"no prose in _prose.yml for: {', '.join(KINDS)}" in grown.said["docs"]


@pytest.mark.parametrize("code", ["SG46", "SG47", "SG48"])
def test_an_indicator_is_asked_about_on_return_sheets(grown: World, code: str) -> None:
    sheets = (grown.folder / "returns").glob("E09*.html")
    naming = [
        path.stem for path in sheets if f"{code}" in path.read_text(encoding="utf-8")
    ]
    assert naming, "in the pilots' year every indicator had something to mend"


@pytest.mark.parametrize("code", KINDS)
def test_explain_walks_to_the_lines(grown: World, marts, code: str) -> None:
    area, period, numerator = marts.execute(
        "select area_code, period_id, numerator from mart.indicator_scorecard"
        " where indicator_id = ? and period_type = ? and source_extract = ?"
        " and area_type = 'local_authority' and value_status = 'reported'"
        " and coalesce(numerator, 6) > 5"
        " order by numerator desc nulls last, area_code, period_id limit 1",
        [code, KINDS[code][1], KINDS[code][2]],
    ).fetchone()
    said = grown.do("explain", code, area, period)
    owned = said.split("For the owner of the warehouse only:")[1]
    assert KINDS[code][2] in said
    if code == EVENTS:
        [lines] = [line for line in owned.splitlines() if "    lines " in line]
        assert len(lines.split(",")) == numerator
    else:
        assert " lines in the numerator, " in owned or code == "SG49"


def test_the_truth_says_what_it_leaves_out(grown: World) -> None:
    assert (
        f"The truth leaves out {EVENTS} (definition 1): no second road counts"
        " hospital_injury_admissions_under_five." in grown.said["sample"]
    )


def test_under_fives_recounted(grown: World, marts) -> None:
    """The events that the truth leaves out, by a road of this test's own."""
    reference = Reference(grown.project / "seeds")
    sent = make_admissions(reference, Grid.of(YEARS), SEED, float(SIZE))
    spans = [
        span
        for span in reference.icd10_sets
        if (span.code_set, span.position) == ("injury", "cause")
    ]
    is_injury = np.array(
        [any(span.holds(code) for span in spans) for code in CODES] + [False]
    )
    counted: dict[tuple[str, str], int] = {}
    for episodes in sent.episodes:
        chosen = (
            (episodes.order == 1)
            & episodes.is_emergency
            & (episodes.age >= 0)
            & (episodes.age <= 4)
            & is_injury[episodes.cause]
        )
        for place in episodes.area[chosen].tolist():
            key = (sent.areas[place], episodes.quarter)
            counted[key] = counted.get(key, 0) + 1
    told = marts.execute(
        "select area_code, period_id, numerator from mart.indicator_scorecard"
        " where indicator_id = ? and period_type = 'quarter'"
        " and area_type = 'local_authority' and value_status = 'reported'"
        " and source_extract = 'pct_admissions'",
        [EVENTS],
    ).fetchall()
    assert len(told) > 200
    wrong = [
        (area, period, number, counted.get((area, period), 0))
        for area, period, number in told
        if number != counted.get((area, period), 0)
    ]
    assert wrong == []
    assert sum(number for _, _, number in told) > 100


def test_a_changed_definition_parts_the_series(marts, published) -> None:
    found = marts.execute(
        "select definition_version, min(period_id), max(period_id), count(*)"
        " filter (indicator_value is not null) > 100 from mart.indicator_scorecard"
        " where indicator_id = ? group by all order by all",
        [CHANGED],
    ).fetchall()
    assert found == [
        (1, "2007-08", "2007-08Q4", True),
        (2, "2008-09", "2008-09Q4", True),
    ]
    # the year has no past, for the one before it is of the other definition
    past = marts.execute(
        "select period_id, count(previous_value) from mart.fct_comparisons"
        " where indicator_id = ? and period_id in ('2008-09', '2008-09Q1')"
        " group by all order by all",
        [CHANGED],
    ).fetchall()
    assert past == [("2008-09", 0), ("2008-09Q1", 0)]
    assert published.execute(
        "select definition_version, is_current, definition_status, valid_to is null"
        " from mart.dim_indicators where indicator_id = ? order by all",
        [CHANGED],
    ).fetchall() == [(1, False, "superseded", False), (2, True, "defined", True)]


def test_a_changed_definition_is_told_everywhere(grown: World) -> None:
    site = grown.folder / "published" / "site"
    page = (site / "indicators" / f"{CHANGED}.html").read_text(encoding="utf-8")
    assert "Version 1, superseded to 31 March 2008" in page
    assert "Version 2, in force from 1 April 2008" in page
    changes = (site / "changes.html").read_text(encoding="utf-8")
    assert changes.count(f"indicators/{CHANGED}.html") >= 2
    text = (grown.project / "docs/indicators/maltreatment-and-neglect.md").read_text()
    section = text.split(f"## {CHANGED} · ")[1].split("<a id=")[0]
    assert "* Definition 1, to 31 March 2008: " in section
    assert "* Definition 2, from 1 April 2008: " in section
    said = grown.do("explain", CHANGED, LONDON, "2008-09")
    assert f"{CHANGED} (definition 2), {LONDON}, 2008-09: " in said


def test_what_is_withdrawn_keeps_its_figures_and_gets_no_more(
    grown: World, marts, published
) -> None:
    years = "select distinct left(period_id, 7) from mart.fct_indicator_values"
    found = marts.execute(f"{years} where indicator_id = ?", [WITHDRAWN]).fetchall()
    assert found == [("2007-08",)]
    shown = published.execute(
        "select count(indicator_value) from mart.indicator_scorecard"
        " where indicator_id = ?",
        [WITHDRAWN],
    ).fetchone()[0]
    assert shown > 0
    # nobody is told that it is missing from 2008-09
    owed = marts.execute(
        "select count(*) from mart.fct_coverage where indicator_id = ?"
        " and period_id like '2008-09%'",
        [WITHDRAWN],
    ).fetchone()[0]
    assert owed == 0
    page = (
        grown.folder / "published" / "site" / "indicators" / f"{WITHDRAWN}.html"
    ).read_text(encoding="utf-8")
    assert "Version 1, withdrawn to 31 March 2008" in page
    told = "".join(
        path.read_text(encoding="utf-8")
        for path in (grown.project / "docs" / "indicators").glob("*.md")
    )
    assert "**Withdrawn.** It was counted to 31 March 2008" in told


def test_the_tests_of_seeds_sample_and_pages_are_green(grown: World) -> None:
    said = grown.test("test_seeds.py", "test_docs.py", "test_codes.py")
    assert "another catalogue" not in said
    done = grown.test("test_sample.py")
    assert "another catalogue" not in done


def test_docs_are_in_step(grown: World) -> None:
    grown.do("docs", "--check")


def test_nothing_was_written_into_this_project() -> None:
    here = (Path(__file__).parents[3] / "seeds/catalogue/indicators.csv").read_text()
    assert EVENTS not in here
