"""Other indicators in place of these: all of it goes on, and old codes do no harm.

The truth of the sample, made of the new catalogue by its second road, is held against
this warehouse too: those tests are taken over whole.
"""

import csv
import re
from pathlib import Path

import pytest

from changing import World, run
from test_truth import *  # noqa: F403

NEW = {f"LS{number}" for number in range(101, 138)}
OLD = re.compile(r"\b(?:SG\d\d[a-z]?|CX\d\d)\b")


def test_the_marts_know_the_new_codes_alone(warehouse, published) -> None:
    for connection in (warehouse.marts, published):
        for mart in ("dim_indicators", "fct_indicator_values", "fct_comparisons",
                     "fct_coverage", "fct_lineage", "indicator_scorecard"):  # fmt: skip
            found = connection.execute(
                f"select distinct indicator_id from mart.{mart}"
            ).fetchall()
            assert {code for (code,) in found} <= NEW, mart


@pytest.mark.parametrize("code", sorted(NEW))
def test_an_indicator_has_figures_and_a_page(
    replaced: World, published, code: str
) -> None:
    shown, undefined = published.execute(
        "select count(indicator_value), bool_and(value_type = 'undefined')"
        " from mart.indicator_scorecard where indicator_id = ?",
        [code],
    ).fetchone()
    assert (shown > 0) == (not undefined)
    site = replaced.folder / "published" / "site"
    page = (site / "indicators" / f"{code}.html").read_text(encoding="utf-8")
    assert f"What {code} counts" in page
    assert f"{code}.html" in (site / "indicators.html").read_text("utf-8")


def test_no_page_and_no_export_names_an_old_indicator(replaced: World) -> None:
    published = replaced.folder / "published"
    files = [*(published / "site").rglob("*.html"), *published.rglob("*.csv")]
    naming = {
        path.relative_to(published).as_posix()
        for path in files
        if OLD.search(path.read_text(encoding="utf-8", errors="ignore"))
    }
    # of lines set aside and seeds of no indicator one is told, by their names
    allowed = re.compile(r"quality|disclosure_links|set_aside|flags|changes|results")
    assert {name for name in naming if not allowed.search(name)} == set()
    pages = {path.stem for path in (published / "site" / "indicators").glob("*.html")}
    assert pages == NEW


def test_lines_of_old_codes_are_set_aside_with_the_reason_and_the_others_stand(
    replaced: World, warehouse
) -> None:
    with (replaced.landing / ".truth" / "set_aside.csv").open() as lines:
        strange = [
            (row["relative_path"].split("/")[1], int(row["line_number"]))
            for row in csv.DictReader(lines)
            if row["what"] == "the catalogue does not know it"
        ]
    assert len(strange) == 8 * 4
    told = warehouse.marts.execute(
        "select file_name, line_number, reason_code from mart.fct_set_aside"
        " where column_name = 'pi_code' or reason_code = 'indicator_unknown'"
    ).fetchall()
    assert set(strange) <= {(name, line) for name, line, _ in told}
    assert {reason for name, line, reason in told if (name, line) in strange} == {
        "indicator_unknown"
    }
    # each of these files is in, with the rest of its lines
    files = {name for name, _ in strange}
    statuses = warehouse.marts.execute(
        "select file_name, status, rows_accepted > 0 from mart.fct_submissions"
    ).fetchall()
    assert {(status, has) for name, status, has in statuses if name in files} == {
        ("accepted", True)
    }


def test_rows_of_seeds_that_name_old_codes_are_reported(warehouse) -> None:
    found = warehouse.marts.execute(
        "select distinct rule_code, severity from mart.fct_quality_flags"
        " where rule_code = 'row_of_no_indicator'"
    ).fetchall()
    assert found == [("row_of_no_indicator", "notice")]


def test_the_written_pages_are_of_the_new_themes(replaced: World) -> None:
    folder = replaced.project / "docs" / "indicators"
    pages = {path.name for path in folder.glob("*.md")}
    assert pages == {"README.md", "of-the-first-part.md", "of-the-second-part.md"}
    assert "no prose in _prose.yml for: LS101, " in replaced.said["docs"]
    replaced.do("docs", "--check")


def test_explain_knows_the_new_codes(replaced: World, warehouse) -> None:
    code, area, period = warehouse.marts.execute(
        "select indicator_id, area_code, period_id from mart.fct_indicator_values"
        " where numerator > 5 order by all limit 1"
    ).fetchone()
    assert f"What {code} counts" in replaced.do("explain", code, area, period)


def test_a_check_tells_of_an_old_code_and_takes_the_other_lines(
    replaced: World, warehouse, tmp_path: Path
) -> None:
    returned = [
        code
        for (code,) in warehouse.marts.execute(
            "select indicator_id from mart.dim_indicators where is_current"
            " and extract = 'lscb_return' and periods like '%quarter%'"
            " and value_type = 'count' order by all limit 2"
        ).fetchall()
    ]
    lines = [f"{code},,12,,,," for code in (returned[0], "SG12", returned[1])]
    file = tmp_path / "lscb_return" / "lscb_return__Barnet__2008-09Q4__v9.csv"
    file.parent.mkdir()
    file.write_text(
        "pi_code,definition,numerator,denominator,value,measure,note\n"
        + "\n".join(lines)
    )
    done = run(replaced.project, replaced.folder, "lscb", "check", str(file))
    said = " ".join(done.stdout.split())
    assert "3 lines, 2 accepted, 1 set aside" in said, said
    assert "line 3, pi_code: pi_code is not an indicator of the catalogue" in said


def test_the_tests_go_on_and_pass_by_what_they_cannot_know(replaced: World) -> None:
    said = replaced.test("test_codes.py", "test_seeds.py", "test_docs.py")
    said += replaced.test("test_sample.py", "test_statistics_second_road.py")
    passed = sum(
        line.count(".") for line in said.splitlines() if re.match(r"[.s]+( |$)", line)
    )
    skipped = re.findall(r"SKIPPED \[(\d+)\].*another catalogue", said)
    assert passed > 5 * sum(map(int, skipped)) > 0
