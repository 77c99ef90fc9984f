"""A new extract, a new file of statistics and a new sender, as CONTRIBUTING tells them.

The lines of the page are put into a copy as they stand; what must come of the files is
counted by hand in sent.py.
"""

import csv

import pytest

from changing import EXTRACT_SECTIONS, World, changes_of, run
from publication.test_canaries import files_below, found_in
from sent_by_hand import (
    AUTUMN_FILE,
    BARKING,
    BARNET,
    CAMDEN,
    FILES,
    HOME_EDUCATED_TOLD,
    KNIFE_VICTIMS_ADDED,
    KNIVES_FILE,
    OCCUPIER,
    SET_ASIDE,
    SPRING,
    SPRING_FILE,
    SUMMER_FILE,
    VICTIM,
    VISITS_COUNTED,
    YEAR,
    placed_in,
)

VISITS, KNIVES, AT_HOME = "SG51", "SG19", "SG52"
EXTRACT, STATISTICS, SENDER = EXTRACT_SECTIONS


def test_an_extract_is_five_small_files_and_its_indicator_two_lines() -> None:
    paths = [change.path for change in changes_of(EXTRACT)]
    own = [path for path in paths if not path.startswith("seeds/catalogue/")]
    assert len(own) == len(set(own)) == 5
    assert paths[5:] == [
        "seeds/catalogue/measures.csv",
        "seeds/catalogue/indicators.csv",
    ]
    assert all(len(change.text.splitlines()) < 30 for change in changes_of(EXTRACT))
    assert all("\n" not in change.text for change in changes_of(STATISTICS, SENDER))


def test_files_are_known_by_what_is_in_them(grown: World) -> None:
    said = grown.said["add"]
    assert len(placed_in(grown.landing)) == len(FILES) == 5
    assert "only LFB sends home_fire_visits" in said
    assert "its name holds this force's code alone" in said


def test_check_says_what_is_wrong_with_them(grown: World) -> None:
    said = " ".join(grown.said["check"].split())
    for name, faults in SET_ASIDE.items():
        for line, (column, _) in faults.items():
            assert f"{name}, line {line}, {column}: {column} " in said
    assert f"{AUTUMN_FILE}: was it asked who lives there?" in said


def test_figures_are_those_counted_by_hand(marts) -> None:
    told = {
        (area, period): (status, number)
        for area, period, status, number in marts.execute(
            "select area_code, period_id, value_status, numerator"
            " from mart.fct_indicator_values where indicator_id = ?",
            [VISITS],
        ).fetchall()
    }
    expected = {key: ("reported", number) for key, number in VISITS_COUNTED.items()}
    assert {key: told[key] for key in expected} == expected
    assert told[BARNET, YEAR] == ("partial", 15)
    assert told[BARNET, "2007-08Q1"] == ("not_submitted", None)


def test_another_forces_records_add_to_the_boroughs(grown: World, marts) -> None:
    """To what the sample's own truth says of the two forces."""
    with (grown.folder / "landing/.truth/truth.csv").open(newline="") as lines:
        before = {
            row["area_code"]: float(row["numerator"])
            for row in csv.DictReader(lines)
            if (row["indicator_id"], row["period_id"]) == (KNIVES, SPRING)
            and row["area_code"] in KNIFE_VICTIMS_ADDED
        }
    told = dict(
        marts.execute(
            "select area_code, numerator from mart.fct_indicator_values"
            " where indicator_id = ? and period_id = ? and area_code in (?, ?)",
            [KNIVES, SPRING, *KNIFE_VICTIMS_ADDED],
        ).fetchall()
    )
    assert told == {
        area: before[area] + added for area, added in KNIFE_VICTIMS_ADDED.items()
    }


def test_nobody_waits_for_a_force_without_ground(marts) -> None:
    assert marts.execute(
        "select distinct submitter from mart.fct_submissions"
        " where extract = 'police_offences' order by all"
    ).fetchall() == [("BTP",), ("COLP",), ("MPS",)]
    assert marts.execute(
        "select count(*) from mart.fct_coverage where submitter = 'BTP'"
    ).fetchone() == (0,)


def test_a_published_column_fills_what_nobody_returns(marts) -> None:
    told = marts.execute(
        "select area_code, numerator from mart.indicator_scorecard"
        " where indicator_id = ? and period_id = ? and value_status = 'reported'"
        " and source_extract = 'ees_statistics' and area_type = 'local_authority'",
        [AT_HOME, YEAR],
    ).fetchall()
    assert dict(told) == HOME_EDUCATED_TOLD


def test_what_could_not_be_read_is_in_the_ledger(marts) -> None:
    told: dict[str, dict[int, tuple[str, str]]] = {}
    for name, line, column, reason in marts.execute(
        "select file_name, line_number, column_name, reason_code"
        " from mart.fct_set_aside where file_name in (?, ?, ?)",
        list(SET_ASIDE),
    ).fetchall():
        told.setdefault(name, {})[line] = (column, reason)
    assert told == SET_ASIDE
    assert marts.execute(
        "select rows_accepted, rows_set_aside, rows_duplicate, lines_read"
        " from mart.fct_submissions where file_name = ?",
        [SPRING_FILE],
    ).fetchone() == (23, 4, 1, 28)


def test_a_visit_of_two_files_counts_in_the_first(marts) -> None:
    assert marts.execute(
        "select observed from mart.fct_quality_flags"
        " where rule_code = 'records_counted_elsewhere' and file_name = ?",
        [SUMMER_FILE],
    ).fetchall() == [("1 of 10 records",)]


def test_its_own_rule_finds_what_it_looks_for(marts) -> None:
    assert marts.execute(
        "select file_name, observed, severity from mart.fct_quality_flags"
        " where rule_code = 'visits_without_children'"
    ).fetchall() == [(AUTUMN_FILE, "100.0 per cent of 20 visits", "warning")]
    ran = marts.execute(
        "select count(*), count(*) filter (where status = 'not_applicable')"
        " from mart.fct_quality_results where suite = 'home_fire_visits'"
    ).fetchone()
    assert ran[0] > 20
    assert ran[1] < ran[0]


def test_small_counts_are_hidden_and_others_shown(published) -> None:
    told = dict(
        published.execute(
            "select area_code, value_status from mart.fct_indicator_values"
            " where indicator_id = ? and period_id = ? and area_code in (?, ?, ?)",
            [VISITS, SPRING, BARKING, BARNET, CAMDEN],
        ).fetchall()
    )
    assert told[CAMDEN] in ("suppressed", "suppressed_secondary")
    assert published.execute(
        "select count(*) from mart.fct_indicator_values"
        " where indicator_id = ? and numerator between 1 and 5",
        [VISITS],
    ).fetchone() == (0,)
    shown = {
        (area, period): number
        for area, period, number in published.execute(
            "select area_code, period_id, numerator from mart.fct_indicator_values"
            " where indicator_id = ? and value_status = 'reported'",
            [VISITS],
        ).fetchall()
    }
    both = shown.keys() & VISITS_COUNTED.keys()
    assert any(shown[key] > 5 for key in both)
    assert {key: shown[key] for key in both} == {
        key: VISITS_COUNTED[key] for key in both
    }


def test_a_record_file_of_one_sender_is_no_publication(published) -> None:
    """What one agency alone sends may still be of children: its digest is not told."""
    assert published.execute(
        "select count(*), count(sha256) from mart.fct_submissions"
        " where extract = 'home_fire_visits'"
    ).fetchone() == (3, 0)


@pytest.mark.parametrize("code", [VISITS, AT_HOME])
def test_it_has_its_pages_and_exports(grown: World, published, code: str) -> None:
    folder = grown.folder / "published"
    page = (folder / "site/indicators" / f"{code}.html").read_text(encoding="utf-8")
    (title,) = published.execute(
        "select title from mart.dim_indicators where indicator_id = ?", [code]
    ).fetchone()
    assert title in page
    [file] = (folder / "exports").rglob("indicator_scorecard.csv")
    with file.open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["indicator_id"] == code]
    assert len(rows) > 33
    assert any(row["indicator_value"] for row in rows)


def test_the_sender_gets_a_sheet(grown: World) -> None:
    sheet = (grown.folder / "returns" / "LFB.html").read_text(encoding="utf-8")
    assert SPRING_FILE in sheet
    assert "borough_code names no area that is known" in sheet
    assert "was it asked who lives there?" in sheet


def test_docs_are_written_of_the_declaration(grown: World) -> None:
    page = (grown.project / "docs/data-sources/fire.md").read_text(encoding="utf-8")
    assert "## `home_fire_visits`" in page
    assert "occupier_name` (P)" in page
    assert f"[{VISITS}](../indicators/" in page
    assert "| A visit was booked, and nobody was at home. |" in page
    rules = (grown.project / "docs/rules/visits_without_children.md").read_text()
    assert "home_fire_visits" in rules
    assert run(grown.project, grown.folder, "lscb", "docs", "--check").returncode == 0


def test_explain_walks_to_the_lines(grown: World) -> None:
    said = grown.do("explain", VISITS, BARKING, SPRING)
    owned = said.split("For the owner of the warehouse only:")[1]
    [lines] = [line for line in owned.splitlines() if "    lines " in line]
    assert lines.strip() == "lines 2, 3, 4, 5, 6, 7, 8, 27"
    said = grown.do("explain", KNIVES, BARKING, SPRING)
    assert KNIVES_FILE in said


def test_what_the_sample_does_not_make_is_said_in_a_sentence(grown: World) -> None:
    assert (
        f"The truth leaves out {VISITS} (definition 1): no second road counts"
        " fire_visits_with_young_child." in grown.said["sample"]
    )


def test_names_stay_in_landing_and_the_archive(grown: World) -> None:
    names = [OCCUPIER, VICTIM]
    sent = placed_in(grown.landing)
    assert len({name for name, _ in found_in(sent, names)}) == 4
    landing, archive = grown.landing, grown.folder / "lake/archive"
    elsewhere = [
        path
        for path in files_below(grown.folder)
        if landing not in path.parents and archive not in path.parents
    ]
    assert len(elsewhere) > 1000
    assert found_in(elsewhere, names) == []


def test_the_tests_of_the_copy_still_hold(grown: World) -> None:
    grown.test(
        "test_seeds.py",
        "test_docs.py",
        "test_extract_models.py",
        "quality/test_suites.py",
    )
    rules, own = "quality/test_rules.py::test_a_rule", "visits_without_children"
    grown.test(
        f"{rules}_finds_what_breaks_it[home_fire_visits.{own}]",
        f"{rules}_keeps_still_at_what_keeps_it[home_fire_visits.{own}]",
        is_of_what_was_built=True,
    )
    modules = ("version_references", "records_alike", "references_used_anew")
    chosen = [f"int_quality__{name},test_type:unit" for name in modules]
    written = ("models/staging/fire", "models/intermediate/fire")
    for command in (
        ("dbt.cli.main", "test", "--select", *chosen),
        ("sqlfluff", "lint", *written, "models/intermediate/records"),
    ):
        done = run(grown.project, grown.folder, *command)
        assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
