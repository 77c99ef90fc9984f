"""Another region in place of London: its totals are sums of its authorities.

The seeds that CONTRIBUTING names are replaced, and nothing else. The truth of its
sample is held against this warehouse too: those tests are taken over whole.
"""

import csv
import html
import re
import zipfile
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from build_help import PROJECT
from changing import World
from mereshire import AUTHORITIES, CODES, FORCES, NOWHERE, PARTS, REGION, seeds
from test_truth import *  # noqa: F403

# What only London is called. A figure may be by chance what a code of it is, 00AB.
with (PROJECT / "seeds/reference/areas.csv").open(encoding="utf-8") as lines:
    BOROUGHS = [
        row["area_name"]
        for row in csv.DictReader(lines)
        if row["area_type"] == "local_authority"
    ]
LONDON = re.compile(
    r"\bLondon|E09000\d\d\d|E12000007|E1300000[12]|\bMPS\b|\bCOLP\b|Metropolitan Police"
    r"|\bGLA\b|Heathrow|\b(?:" + "|".join(map(re.escape, BOROUGHS)) + r")\b"
)
# Where the text is the catalogue's: what its indicators count, whom they concern, and
# what the minutes of July 2008 decided. It is prose of that dataset, to write anew.
CATALOGUE = PROJECT / "seeds" / "catalogue"


@cache
def prose() -> list[str]:
    """The texts of the catalogue that name London, the longest first."""
    texts = {
        text
        for path in CATALOGUE.glob("*.csv")
        for row in _rows(path)
        for text in row.values()
        if LONDON.search(text)
    }
    return sorted(texts, key=len, reverse=True)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def left_of_london(text: str) -> list[str]:
    """What a text says of London, but for the catalogue's own prose."""
    if LONDON.search(text):
        for said in prose():
            text = text.replace(said, "")
    return LONDON.findall(text)


def test_contributing_names_every_seed_that_is_replaced() -> None:
    page = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = page.split("## Another region\n")[1].split("\n## ")[0]
    named = set(re.findall(r"(\w+)\.csv`", told))
    assert {name.split("/")[1] for name in seeds()} <= named
    assert {"extracts", "populations", "area_exceptions"} <= named


def test_the_areas_are_those_of_the_region_alone(warehouse, published) -> None:
    expected = {REGION, NOWHERE, *PARTS, *CODES}
    for connection in (warehouse.marts, published):
        found = connection.execute("select area_code, area_name from mart.dim_areas")
        told = dict(found.fetchall())
        assert set(told) == expected
        assert {code: told[code] for code in CODES} == AUTHORITIES
        values = connection.execute(
            "select distinct area_code from mart.fct_indicator_values"
        ).fetchall()
        assert {code for (code,) in values} == expected


def test_totals_are_the_sums_of_their_authorities(warehouse) -> None:
    """By plain addition of what the mart says of the twelve, and of what is nowhere."""
    rows = warehouse.marts.execute(
        "select area_code, indicator_id, definition_version, period_id, value_status,"
        " numerator, denominator, source_extract from mart.indicator_scorecard"
    ).fetchall()
    cells = defaultdict(dict)
    for area, *key, status, top, bottom, source in rows:
        cells[tuple(key)][area] = (status, top, bottom, source)
    members = {part: codes for part, (_, _, codes) in PARTS.items()} | {REGION: CODES}
    compared = defaultdict(int)
    for key, of_area in cells.items():
        for total, codes in members.items():
            if total not in of_area or of_area[total][0] != "reported":
                continue
            parts = [of_area[code] for code in codes if code in of_area]
            if {status for status, *_ in parts} != {"reported"}:
                continue
            beside = of_area.get(NOWHERE, (None, 0, None, None))[1] or 0
            extra = beside if total == REGION else 0
            _, top, bottom, source = of_area[total]
            assert top == sum(each[1] for each in parts) + extra, (key, total)
            if bottom is not None and all(each[2] is not None for each in parts):
                assert bottom == sum(each[2] for each in parts), (key, total)
            compared[total, source] += 1
    assert {total for total, _ in compared} == {REGION, *PARTS}
    assert {source for _, source in compared} >= {
        "lscb_return", "pct_admissions", "police_offences", "lado_referrals",
        "missing_children", "mps_borough_crime",
    }  # fmt: skip
    assert sum(compared.values()) > 500


def test_each_force_counts_on_its_own_ground_alone(warehouse) -> None:
    found = warehouse.marts.execute(
        "select distinct coverage.area_code, coverage.submitter from mart.fct_coverage"
        " as coverage where extract = 'police_offences'"
    ).fetchall()
    assert set(found) == {
        (area, force) for force, (_, ground, _) in FORCES.items() for area in ground
    }


def test_comparisons_are_with_the_region(published) -> None:
    """With all of it where it is whole, and else with those that are complete."""
    wrong, compared = published.execute(
        "select count(*) filter (case comparisons.london_basis"
        " when 'whole' then comparisons.london_value <> totals.indicator_value"
        " when 'complete_boroughs' then totals.value_status = 'reported'"
        " or comparisons.london_areas not between 6 and 12 else true end),"
        " count(*) from mart.fct_comparisons as comparisons"
        " inner join mart.fct_indicator_values as totals using"
        " (indicator_id, definition_version, period_id) where totals.area_code = ?"
        " and comparisons.london_value is not null",
        [REGION],
    ).fetchone()
    assert wrong == 0
    assert compared > 500


def test_nothing_of_london_is_published(published) -> None:
    tables = published.execute(
        "select table_name from information_schema.tables where table_schema = 'mart'"
    ).fetchall()
    found = {}
    for (table,) in tables:
        for row in published.execute(f"select * from mart.{table}").fetchall():
            for text in row:
                if isinstance(text, str) and (said := left_of_london(text)):
                    found.setdefault((table, tuple(said)), text)
    assert found == {}
    told = published.execute(
        "select comment from duckdb_tables() where comment is not null union all"
        " select comment from duckdb_columns() where comment is not null"
    ).fetchall()
    assert {text for (text,) in told if LONDON.search(text)} == set()


@pytest.mark.parametrize("folder", ["published/site", "published/exports", "returns"])
def test_nothing_of_london_is_drawn_or_exported(moved: World, folder: str) -> None:
    files = [path for path in (moved.folder / folder).rglob("*") if path.is_file()]
    found = {}
    for path in files:
        for name, text in texts_of(path):
            # pages and CSV files write the marks of a text in their own way
            if said := left_of_london(html.unescape(text).replace('""', '"')):
                found[f"{path.name} {name}"] = sorted(set(said))
    assert found == {}
    assert files
    assert not [path for path in files if LONDON.search(path.name)]


# Fonts and pictures of Data Docs, and what the CSV files say again.
BINARY = {".parquet", ".gif", ".png", ".jpg", ".jpeg", ".ico", ".woff", ".woff2"}


def texts_of(path: Path) -> list[tuple[str, str]]:
    """The texts of a file; of a workbook, those of its parts."""
    if path.suffix in BINARY:
        return []
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return [(n, book.read(n).decode("utf-8")) for n in book.namelist()
                    if n.endswith(".xml")]  # fmt: skip
    text = path.read_text(encoding="utf-8", errors="ignore")
    # a word that is explained is a link within its sentence
    return [("", re.sub(r'<a class="term"[^>]*>(.*?)</a>', r"\1", text))]


def test_the_pages_call_the_region_by_its_name(moved: World) -> None:
    site = moved.folder / "published" / "site"
    front = (site / "index.html").read_text(encoding="utf-8")
    assert "How safe are Mereshire's children?" in front
    assert "of the 12 authorities stand behind it" in front
    assert {path.stem for path in (site / "boroughs").glob("*.html")} == set(CODES)
    page = (site / "boroughs" / f"{CODES[0]}.html").read_text(encoding="utf-8")
    assert "Upper Mereshire (ONS)" in page


def test_an_attack_from_outside_finds_nothing(moved: World) -> None:
    said = moved.do("attack")
    assert "Relations that the shown figures deny: 0." in said
    assert "No hidden count is known more closely than the width allows." in said
