"""The flags of the built sample, the Data Docs and the return sheets."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lscb.sheets.returns import write_return_sheets

LOADED = re.compile(
    r"(?:src|@import|url\()\s*=?\s*[\"'(]*https?://|<link[^>]+https?://"
)


def canaries_of(warehouse: Any) -> list[str]:
    """Names that stand in the sample's personal columns and must stay there."""
    return json.loads((warehouse.landing / ".synthetic.json").read_text())["canaries"]


def test_every_rule_was_judged(warehouse: Any) -> None:
    statuses = dict(
        warehouse.marts.execute(
            "select status, count(*) from mart.fct_quality_results group by status"
        ).fetchall()
    )
    assert "error" not in statuses
    assert statuses["passed"] > 0
    assert statuses["failed"] > 0
    assert statuses["not_applicable"] > 0


def test_nothing_to_look_at_is_never_passed(warehouse: Any) -> None:
    assert warehouse.marts.execute(
        "select count(*) from mart.fct_quality_results"
        " where (status = 'not_applicable') <> (rows_looked_at = 0)"
    ).fetchone() == (0,)


def test_few_clean_cells_are_called_implausible(warehouse: Any) -> None:
    flags, cells = warehouse.marts.execute(
        "select (select count(*) from mart.fct_quality_flags"
        " where category = 'plausibility'), count(*) from mart.fct_indicator_values"
    ).fetchone()
    assert flags <= 0.005 * cells


@pytest.mark.parametrize(
    ("indicator", "period"),
    [
        ("SG33", "AY2008-09"),
        ("SG17", "2008-09"),
        ("SG28", "W2008"),
        ("SG15", "2008-09Q1"),
    ],
)
def test_a_known_break_raises_no_alarm(
    warehouse: Any, indicator: str, period: str
) -> None:
    assert warehouse.marts.execute(
        "select count(*) from mart.fct_quality_flags"
        " where indicator_id = ? and period_id = ? and category = 'plausibility'",
        [indicator, period],
    ).fetchone() == (0,)


def test_flags_point_to_their_file_and_hold_no_personal_value(warehouse: Any) -> None:
    for (flag,) in warehouse.marts.execute(
        "select cast(to_json(flags) as varchar) from mart.fct_quality_flags as flags"
    ).fetchall():
        assert not any(canary in flag for canary in canaries_of(warehouse))
    assert warehouse.marts.execute(
        "select count(*) from mart.fct_quality_flags as flags"
        " left join mart.fct_submissions as submissions using (file_id, sha256)"
        " where flags.file_id is not null and submissions.file_id is null"
    ).fetchone() == (0,)


def test_each_submitter_gets_a_sheet_with_what_is_theirs(
    warehouse: Any, tmp_path: Path
) -> None:
    codes = write_return_sheets(warehouse.warehouse, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{code}.{ending}"
        for code in (*codes, "for_the_keeper")
        for ending in ("xlsx", "html")
    }
    hounslow = (tmp_path / "E09000018.html").read_text("utf-8")
    assert "2007-08Q3" in hounslow  # the LADO's file of that quarter never came
    for code in codes:
        page = (tmp_path / f"{code}.html").read_text("utf-8")
        assert not any(canary in page for canary in canaries_of(warehouse))
        assert not LOADED.search(page)
    book = openpyxl.load_workbook(tmp_path / "E09000018.xlsx", read_only=True)
    assert book.sheetnames == [
        "Do these by 14 April 2011",
        "What we received",
        "What was set aside, and why",
        "What we noticed",
        "What looks wrong",
        "What we ask you",
        "What you explained",
        "What is missing, and due when",
    ]


def test_the_data_docs_ask_for_nothing_and_show_no_row(
    warehouse: Any, data_docs: Path
) -> None:
    pages = list(data_docs.parent.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text("utf-8")
        assert not LOADED.search(text), page.name
        assert not any(canary in text for canary in canaries_of(warehouse))
        assert "unexpected_rows'" not in text


def test_the_first_page_of_the_data_docs_says_what_was_found(
    warehouse: Any, data_docs: Path
) -> None:
    page = data_docs.read_text("utf-8")
    results = warehouse.marts.execute(
        "select suite, rule_code, severity, status, rows_failing, rows_looked_at"
        " from mart.fct_quality_results"
    ).fetchall()
    told = Counter(status for *_, status, _, _ in results)
    assert f"{len(results)} rules were asked." in page
    assert f"{told['passed']} found nothing, {told['failed']} found" in page
    assert f"{told['not_applicable']}\nhad nothing to look at" in page
    sections = dict(
        re.findall(r'<h2 id="(\w+)">\1</h2>(.*?)(?=<h2|</body>)', page, re.DOTALL)
    )
    assert sections.keys() == {suite for suite, *_ in results}
    for suite, section in sections.items():
        rows = [
            re.findall(r"<td>(?:<a [^>]*>)?(.*?)(?:</a>)?</td>", line)
            for line in re.findall(r"<tr>(<td>.*?)</tr>", section)
        ]
        found = {(row[0], row[1], row[5], row[6]) for row in rows}
        assert found == {
            (code, severity, f"{failing:,}", f"{looked_at:,}")
            for name, code, severity, status, failing, looked_at in results
            if name == suite and status == "failed"
        }
        for said, status in (
            ("Found nothing", "passed"),
            ("Had nothing to look at", "not_applicable"),
        ):
            line = re.search(f"<p>{said}: (.*?)</p>", section)
            listed = re.findall(">(.*?)</a>", line[1]) if line else []
            assert sorted(listed) == sorted(
                code
                for name, code, _, each, _, _ in results
                if (name, each) == (suite, status)
            )
    links = [each for each in re.findall(r'href="(.*?)"', page) if each[0] != "."]
    assert len(links) == len(results)
    for link in links:
        assert "Expectation Validation Result" in (data_docs.parent / link).read_text()
