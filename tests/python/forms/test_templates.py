"""Templates for records: empty, filled in by every sender, and explained."""

import csv
import html
import re
from pathlib import Path

import pytest
from filling import RETURN, boroughs, seed

from build_help import environment
from lscb.landing import land
from lscb.landing.ledger import Entry, Ledger
from lscb.settings import Settings
from lscb.write_forms import make_forms

#: What somebody writes under each name, by the contract's words.
RECORDS = {
    "pct_admissions": {
        "epikey": "A{n}", "sex": "1", "startage": "7", "admidate": "05/05/2008",
        "epistart": "2008-05-05", "epiorder": "1", "admimeth": "21",
        "diag_01": "T51.0", "diag_02": "F10.1", "cause": "X45", "resladst": "00AB",
    },
    "police_offences": {
        "crime_ref": "C{n}", "victim_no": "1", "recorded_date": "12-Jun-2008",
        "committed_from": "2008-06-11", "bocu": "KG", "ho_class": "8G",
        "offence": "Assault, with injury", "victim_age": "14", "child_abuse": "N",
        "knife": "Y", "drug": "N", "status": "Recorded",
    },
    "lado_referrals": {
        "referral_id": "L{n}", "referral_date": "1/5/2008",
        "contact_type": "Referral", "employer_sector": "school",
        "allegation_category": "physical", "strategy_meeting_date": "2008-05-08",
    },
    "missing_children": {
        "episode_ref": "M{n}", "child_ref": "K{n}", "reported_date": "2008-04-30",
        "found_date": "2008-05-01", "age": "15", "bocu": "KG",
        "missing_from": "care",
    },
    "tellus_survey": {
        "wave": "2008", "la_code": "30{n}", "question_id": "feel_safe_area",
        "response": "very safe", "weighted_percent": "31.5",
        "base_unweighted": "850", "base_weighted": "900",
    },
    "population": {
        "gss_code": "E0900000{n}", "age_band": "0-17", "persons": "40,000",
    },
}  # fmt: skip
PERIODS = ("2008-09Q1", "M2008-06", "2008")
FORMS_OF = {extract: 31 * (extract == "pct_admissions") for extract in RECORDS}
FORMS_OF |= {"police_offences": 2, "lado_referrals": 33, "missing_children": 1}
FORMS_OF |= {"tellus_survey": 1, "population": 1}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """The templates of every sender, by extract."""
    folder = tmp_path_factory.mktemp("templates")
    with environment(folder / "none", folder / "lake", folder / "none.duckdb"):
        for period in PERIODS:
            assert make_forms(period, (), list(RECORDS), out=folder / "forms") == 0
    found: dict[str, list[Path]] = {}
    for path in sorted((folder / "forms").rglob("*.csv")):
        found.setdefault(path.name.split("__")[0], []).append(path)
    return found


def lines_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def landed(folder: Path) -> dict[str, Entry]:
    """What became of the files in a landing folder, by name."""
    settings = Settings(folder / "landing", folder / "lake")
    land(None, settings, lambda line: None)
    return {e.file_name: e for e in Ledger(settings.lake).entries.values()}


def test_every_sender_of_records_has_its_template(
    written: dict[str, list[Path]],
) -> None:
    assert {extract: len(paths) for extract, paths in written.items()} == FORMS_OF
    owners = {path.parent.name for path in written["lado_referrals"]}
    assert owners == set(boroughs())
    due = {row["extract"] for row in seed("reference/extracts") if row["due_days"]}
    assert due == {*RECORDS, RETURN}


def test_no_template_asks_for_what_names_a_person(
    written: dict[str, list[Path]],
) -> None:
    for extract, paths in written.items():
        columns = [
            row
            for row in seed("reference/extract_columns")
            if row["extract"] == extract
        ]
        _, names = lines_of(paths[0])
        assert names == [
            row["column_name"] for row in columns if row["is_personal"] == "false"
        ]
        assert set(RECORDS[extract]) <= set(names)


def test_filled_in_by_every_sender_all_lands(
    written: dict[str, list[Path]], tmp_path: Path
) -> None:
    sent = {}
    for extract, paths in written.items():
        for path in paths:
            first, names = lines_of(path)
            to = tmp_path / "landing" / extract / path.name
            to.parent.mkdir(parents=True, exist_ok=True)
            with to.open("w", encoding="utf-8", newline="") as file:
                rows = [
                    [RECORDS[extract].get(name, "").format(n=n) for name in names]
                    for n in (2, 3, 4)
                ]
                csv.writer(file).writerows([first, names, *rows])
            sent[path.name] = extract
    entries = landed(tmp_path)
    assert set(entries) == set(sent)
    for name, entry in entries.items():
        assert entry.refusal_code is None, (name, entry.refusal_reason)
        assert (entry.rows_accepted, entry.rows_set_aside) == (3, 0), name
        told = {notice[1] for notice in entry.notices}
        assert told <= {"borough_elsewhere", "boroughs_elsewhere"}, name


def test_left_blank_it_says_nothing_and_without_the_first_line_nil(
    written: dict[str, list[Path]], tmp_path: Path
) -> None:
    nil = {
        row["extract"]: row["empty_file_is_nil"] == "true"
        for row in seed("reference/extracts")
    }
    for extract, paths in written.items():
        text = paths[0].read_bytes()
        first, _, rest = text.partition(b"\r\n")
        assert (b"Delete this line" in first) == nil[extract]
        folder = tmp_path / "landing" / extract
        folder.mkdir(parents=True)
        (folder / paths[0].name).write_bytes(text)
        (folder / paths[0].name.replace("v1", "v2")).write_bytes(rest)
    for name, entry in landed(tmp_path).items():
        if "v1" in name:
            assert entry.refusal_code == "form_left_blank" and not entry.is_readable
        elif nil[str(entry.extract)]:
            assert (entry.refusal_code, entry.lines_read) == (None, 0)
        else:
            assert entry.refusal_code == "nil_not_allowed"


def test_the_page_explains_each_column(written: dict[str, list[Path]]) -> None:
    for extract, paths in written.items():
        page = paths[0].with_name(f"{paths[0].stem} columns.html")
        text = html.unescape(page.read_text(encoding="utf-8"))
        _, names = lines_of(paths[0])
        assert re.findall(r'<tr id="(\w+)">', text) == names
        for row in seed("reference/extract_columns"):
            if row["extract"] != extract:
                continue
            if row["is_personal"] == "true":
                assert f"<code>{row['column_name']}</code>" in text
            else:
                assert row["description"] in text and row["rule_text"] in text


def test_the_page_lists_the_codes_of_the_seeds(
    written: dict[str, list[Path]],
) -> None:
    (page,) = [
        path.with_name(f"{path.stem} columns.html").read_text(encoding="utf-8")
        for path in written["missing_children"]
    ]
    for row in seed("reference/bocus"):
        assert f"<code>{row['bocu_code']}</code></td><td>" in page
    survey = written["tellus_survey"][0]
    page = survey.with_name(f"{survey.stem} columns.html").read_text(encoding="utf-8")
    for row in seed("reference/areas"):
        if row["dfe_code"]:
            assert f"<code>{row['dfe_code']}</code>" in page
