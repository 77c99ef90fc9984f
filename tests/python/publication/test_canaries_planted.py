"""Canaries in every place where text can enter, and hidden figures nobody mistakes.

A small landing of its own goes through landing and warehouse once, and from there by
every rule of disclosure through publication, exports, pages and the documentation of
dbt. Then every published byte is searched.
"""

import csv
import os
import re
import shutil
import stat
import struct
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from build_help import Build, build, environment
from lscb import build as main_job
from lscb import land
from lscb.disclosure.presets import preset, preset_names
from lscb.disclosure.problem import Rule
from lscb.docs.dbt_docs import write_dbt_docs
from lscb.exporting.exports import write_exports
from lscb.pages.site import draw_site
from lscb.private import DATA_DOCS
from lscb.publishing.history import Place, earlier_publications
from lscb.publishing.publish import Publication, publish
from lscb.quality.data_docs import build_data_docs
from lscb.sheets.returns import write_return_sheets
from publication.planted import CASES, PLANS, Canaries, plant
from publication.test_canaries import contents, files_below

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Sent:
    """The words by place, the build, and the folder of all that is made of it."""

    canaries: Canaries
    built: Build
    home: Path


@dataclass(frozen=True)
class Planted:
    """The same, the rule that it is published by, and where."""

    canaries: Canaries
    built: Build
    rule: Rule
    place: Place

    @property
    def published(self) -> Path:
        """The folder that anyone may read."""
        return self.place.published


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """One landing, built, documented, and told to its senders once.

    Whoever calls lets everybody read and write what is made: `umask 000`.
    """
    home = tmp_path_factory.mktemp("planted")
    (home / "landing").mkdir()
    canaries = plant(home / "landing")
    with open_umask():
        built = build(home / "landing", home)
        built.marts.close()
        write_return_sheets(built.warehouse, home / "returns")
        build_data_docs(built.warehouse, home / "returns" / DATA_DOCS)
    with environment(built.landing, built.lake, built.warehouse):
        write_dbt_docs(home / "dbt_docs.html")
    return Sent(canaries, built, home)


@pytest.fixture(scope="module", params=preset_names())
def planted(sent: Sent, request: pytest.FixtureRequest) -> Planted:
    """Published, exported and drawn by one rule, with a history of its own."""
    folder = sent.home / request.param
    rule, place = preset(request.param), Place(folder / "published", folder / "history")
    place.published.mkdir(parents=True)
    shutil.copyfile(sent.home / "dbt_docs.html", place.published / "dbt_docs.html")
    with open_umask():
        publish(sent.built.warehouse, place, rule)
    write_exports(place.file, place.published / "exports")
    draw_site(place.file, place.published / "site")
    return Planted(sent.canaries, sent.built, rule, place)


@pytest.fixture
def marts(sent: Sent) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, to be asked."""
    with duckdb.connect(str(sent.built.warehouse), read_only=True) as connection:
        yield connection


@contextmanager
def open_umask() -> Iterator[None]:
    """Nothing is taken from anybody, unless the code takes it."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


# Every canary has this shape, whatever case a sender's name or an answer is kept in.
WORD = re.compile(rb"zq[a-z]{4,60}xq")
WIDE_WORD = re.compile(rb"z\0q\0(?:[a-z]\0){4,60}x\0q")


def places_found(canaries: Canaries, files: list[Path]) -> set[str]:
    """The places whose words are in files, plain or in two bytes a character."""
    words: set[bytes] = set()
    for path in files:
        for content in contents(path):
            content = content.lower()
            words |= set(WORD.findall(content))
            words |= {each.replace(b"\0", b"") for each in WIDE_WORD.findall(content)}
    return {place for place, word in canaries.items() if word.lower().encode() in words}


def test_the_landing_says_something_in_every_place(
    sent: Sent, marts: duckdb.DuckDBPyConnection
) -> None:
    """What was planted is there, came in as it should, and much of it is inside."""
    assert len(sent.canaries) > 70
    names = str(sorted(sent.built.landing.rglob("*")))
    files = [path for path in files_below(sent.built.landing) if not path.is_symlink()]
    packed = {place for place in sent.canaries if sent.canaries[place] in names}
    packed |= places_found(sent.canaries, files)
    by_gzip = {"name inside a gzip file", "where a link leads"}
    assert set(sent.canaries) - packed <= by_gzip
    statuses = dict(
        marts.execute(
            "select status, count(*) from mart.fct_submissions group by all"
        ).fetchall()
    )
    assert statuses["accepted"] >= 13 and statuses["refused"] >= 11
    inside = places_found(sent.canaries, [sent.built.warehouse])
    inside |= places_found(sent.canaries, files_below(sent.built.lake / "ledger"))
    assert {
        "sender that nobody knows",
        "period that is none",
        "name of a file",
        "folder of no extract",
        "folder within a folder",
        "header of an extra column",
        "category within one",
        "label of a table",
        "vintage",
    } <= inside


def test_no_canary_is_in_a_published_byte(planted: Planted) -> None:
    files = files_below(planted.published)
    seen = {path.name for path in files} | {path.suffix for path in files}
    assert {
        "lscb.duckdb",
        "manifest.json",
        "dbt_docs.html",
        "data_dictionary.csv",
    } <= seen
    assert {".html", ".csv", ".parquet", ".xlsx"} <= seen
    assert places_found(planted.canaries, files) == set()
    names = str([path.relative_to(planted.published) for path in files])
    assert WORD.search(names.lower().encode()) is None


def test_no_comment_or_view_of_the_file_holds_a_canary(planted: Planted) -> None:
    """They are no text column of a table; a search of columns passes them by."""
    with duckdb.connect(
        str(planted.published / "lscb.duckdb"), read_only=True
    ) as connection:
        said = connection.execute(
            "select comment from duckdb_tables() union all"
            " select comment from duckdb_columns() union all"
            " select comment from duckdb_views() where not internal union all"
            " select sql from duckdb_views() where not internal union all"
            " select sql from duckdb_tables()"
        ).fetchall()
    text = "\n".join(each for (each,) in said if each).lower()
    assert len(text) > 10_000
    assert not [w for w in planted.canaries.values() if w.lower() in text]
    assert str(planted.built.landing.parent).lower() not in text


HIDDEN = ("suppressed", "suppressed_secondary")
TOTALS = ("E12000007", "E13000001", "E13000002")
"""London, Inner and Outer London."""


@pytest.fixture(scope="module")
def figures(planted: Planted) -> set[float]:
    """What is hidden and cannot be mistaken: large counts, and what is made of any.

    Of what a rule shows rounded, it is the exact count, unless that is a multiple of
    its base, and whatever is made of exact ones.
    """
    rule, found = planted.rule, set()
    denominators = {denominator for _, denominator in PLANS}
    rounds = max(rule.count_rounding, rule.total_rounding) > 1
    for area, status, is_sent, numerator, denominator, *made in exact(planted):
        base = rule.total_rounding if area in TOTALS else rule.count_rounding
        is_hidden = status in HIDDEN
        counts = {numerator} if is_hidden or numerator % base else set()
        if is_sent and denominator % base:
            counts.add(denominator)
        found |= {count for count in counts if count > 9_999}
        is_known = numerator > 9_999 or denominator in denominators
        if is_known and (is_hidden or rounds):
            found |= {each for each in made if each is not None and each % 1}
    return found


def exact(planted: Planted) -> list[tuple]:
    """What the warehouse holds of each count, and how its cell was published."""
    with duckdb.connect(":memory:") as connection:
        for name, file in (
            ("inside", planted.built.warehouse),
            ("told", planted.place.file),
        ):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        return connection.execute(
            "select area_code, told.value_status,"
            " denominator_basis = 'sent' and inside.denominator is not null,"
            " inside.numerator, inside.denominator, inside.indicator_value,"
            " inside.lower_limit, inside.upper_limit, inside.lower_limit_998,"
            " inside.upper_limit_998"
            " from inside.mart.fct_indicator_values as inside"
            " inner join told.mart.fct_indicator_values as told"
            " using (indicator_id, definition_version, area_code, period_id)"
            " inner join inside.mart.dim_indicators"
            " using (indicator_id, definition_version)"
            " where inside.numerator is not null"
        ).fetchall()


def test_the_figures_are_hidden_and_are_inside(
    planted: Planted, figures: set[float], marts: duckdb.DuckDBPyConnection
) -> None:
    """The large ones beside the small, in findings too: else nothing is proved."""
    numerators, denominators = (set(counts) for counts in zip(*PLANS, strict=True))
    counts = {each for each in numerators | set(CASES) if each > 9_999}
    totals = {sum(numerators), sum(denominators), sum(CASES)}
    assert totals | counts | denominators <= told_inside(marts)
    # Hidden by every rule: few of very many.
    few, many = PLANS[0]
    assert min(abs(each - 100 * few / many) for each in figures) < 1e-12
    rule = planted.rule
    if rule.count_rounding > 1:
        assert all(each % rule.count_rounding for each in counts | denominators)
        assert counts | denominators <= figures
    else:
        # Where totals are exact, large counts are hidden to protect the small ones.
        assert len(figures & counts) >= 2 or rule.total_rounding > 1
    if rule.total_rounding > 1:
        exactly = {each for each in totals if each % rule.total_rounding}
        assert len(exactly) >= 2 and exactly <= figures
    assert len(figures) > 12
    said = marts.execute(
        "select string_agg(concat_ws(' ', observed, expected, message), ' ')"
        " from mart.fct_quality_flags"
    ).fetchone()
    assert "97.31415" in said[0]
    tokens = numbers_in(said[0])
    assert tokens & {text_of(figure) for figure in figures}


def told_inside(marts: duckdb.DuckDBPyConnection) -> set[float]:
    """Every count of the warehouse."""
    return {
        count
        for (count,) in marts.execute(
            "select numerator from mart.fct_indicator_values union"
            " select denominator from mart.fct_indicator_values"
        ).fetchall()
    }


NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")


def text_of(figure: float) -> str:
    """Whole numbers as they are, others to six digits that tell something."""
    return f"{figure:.0f}" if figure % 1 == 0 else f"{figure:.6g}"


def numbers_in(text: str) -> set[str]:
    """Numbers that stand by themselves, without thousands' commas, as `text_of`."""
    found = set()
    for match in NUMBER.finditer(text):
        plain = match.group().replace(",", "")
        whole, _, decimals = plain.partition(".")
        found.add(whole.lstrip("0") or "0" if not decimals else text_of(float(plain)))
    return found


def published_numbers(path: Path) -> set[float]:
    """Every number of a DuckDB or Parquet file."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return {
            float(each)
            for name in table.column_names
            for each in table[name].to_pylist()
            if isinstance(each, int | float) and not isinstance(each, bool)
        }
    found: set[float] = set()
    with duckdb.connect(str(path), read_only=True) as connection:
        for table, column in connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name ="
            " 'mart' and data_type in ('DOUBLE', 'BIGINT', 'INTEGER', 'HUGEINT')"
        ).fetchall():
            found |= {
                float(each)
                for (each,) in connection.execute(
                    f'select distinct "{column}" from mart."{table}"'
                ).fetchall()
                if each is not None
            }
    return found


def test_no_figure_of_a_hidden_cell_is_in_a_published_byte(
    planted: Planted, figures: set[float]
) -> None:
    """As a number, as text with or without commas, and as the bytes of a number."""
    packed = {
        packed: figure
        for figure in figures
        for packed in (struct.pack("<d", figure), struct.pack(">d", figure))
    }
    texts = {text_of(figure): figure for figure in figures}
    found = set()
    for path in files_below(planted.published):
        if path.suffix in (".duckdb", ".parquet"):
            near = sorted(published_numbers(path))
            found |= {
                (path.name, figure)
                for figure in figures
                for place in [bisect_left(near, figure * (1 - 1e-9))]
                if place < len(near) and near[place] < figure * (1 + 1e-9)
            }
        for content in contents(path):
            found |= {(path.name, packed[each]) for each in packed if each in content}
            if path.suffix in (".csv", ".html", ".json", ".xlsx", ".duckdb"):
                said = numbers_in(content.decode("utf-8", "ignore"))
                found |= {(path.name, texts[each]) for each in said & texts.keys()}
    assert found == set()


def test_the_search_finds_a_figure_where_it_is(
    planted: Planted, figures: set[float], tmp_path: Path
) -> None:
    figure = max(each for each in figures if each % 1 == 0)
    assert text_of(figure) in numbers_in(f"It was {figure:,.0f}, and no more.")
    rate = min(each for each in figures if each % 1)
    assert text_of(rate) in numbers_in(f"<td>{rate}</td>")
    path = tmp_path / "held.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema mart; create table mart.t (n double)")
        connection.execute("insert into mart.t values (?)", [rate])
    assert rate in published_numbers(path)


def test_names_that_were_sent_are_told_as_fields(planted: Planted) -> None:
    """Refused files are told too: by what is in a list of ours, and their reason."""
    path = planted.published / "exports" / "csv" / "fct_submissions.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    refused = [row for row in rows if row["status"] == "refused"]
    assert len(refused) >= 11
    assert all(row["reason"] and row["reason_code"] for row in refused)
    names = {row["file_name"] for row in refused}
    assert "lado_referrals no known sender no known period no version" in names
    assert "lscb_return E09000006 2008-09Q2 v1" in names


def test_what_is_for_the_owner_is_closed_whoever_made_it(planted: Planted) -> None:
    """Lake, warehouse, history, returns, made by dbt and by scripts under umask 0."""
    home = planted.built.landing.parent
    paths = [planted.built.warehouse]
    for folder in (home / "lake", home / "returns", planted.place.history):
        paths += [folder, *folder.rglob("*")]
    assert len(paths) > 100
    # The page of a finding that Data Docs link to is among them.
    assert any(DATA_DOCS in path.parts for path in paths)
    open_to_others = [
        path
        for path in paths
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert open_to_others == []


def test_no_link_is_followed_out_of_landing(
    sent: Sent, marts: duckdb.DuckDBPyConnection
) -> None:
    """Neither that of a file nor that of a folder."""
    home = sent.home
    (beyond,) = (home / "beyond").glob("*.csv")
    outside = [beyond, *home.glob("*.csv")]
    assert len(outside) == 2
    archived = (sent.built.lake / "archive").iterdir()
    kept = {path.read_bytes() for path in archived}
    assert not kept & {path.read_bytes() for path in outside}
    reasons = marts.execute(
        "select reason_code from mart.fct_submissions where reason_code in"
        " ('link_outside', 'not_a_file') order by 1"
    ).fetchall()
    assert reasons == [("link_outside",), ("not_a_file",)]


FORMULA = ("=", "+", "-", "@")
OWN_WORDS = re.compile("- [a-z ]+")
"""In tables of the pages the sign of a gap stands before its reason."""


def is_harmless(text: str) -> bool:
    """No formula unless it is a number, and nothing that steers or hides."""
    try:
        float(text)
    except ValueError:
        if text.lstrip().startswith(FORMULA) and not OWN_WORDS.fullmatch(text):
            return False
    return text.replace("\n", "").isprintable()


def cells_of_workbook(path: Path) -> Iterator[str]:
    book = openpyxl.load_workbook(path, read_only=True)
    for page in book:
        yield page.title
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (path.name, cell.value)
                if isinstance(cell.value, str):
                    yield cell.value
    book.close()


def test_no_name_starts_a_formula_or_steers_a_reader(planted: Planted) -> None:
    """In no published CSV or workbook."""
    for path in files_below(planted.published):
        if path.suffix == ".csv":
            with path.open(newline="", encoding="utf-8-sig") as lines:
                cells = [cell for row in csv.reader(lines) for cell in row]
            assert [cell for cell in cells if not is_harmless(cell)] == [], path
        elif path.suffix == ".xlsx":
            cells = list(cells_of_workbook(path))
            assert [cell for cell in cells if not is_harmless(cell)] == [], path


def test_no_name_starts_a_formula_in_what_a_sender_gets(sent: Sent) -> None:
    """Nor steers the reader of a page."""
    said = []
    for path in (sent.home / "returns").glob("*.xlsx"):
        said += list(cells_of_workbook(path))
    assert [cell for cell in said if not is_harmless(cell)] == []
    assert any("lado_referrals__E09000002" in cell for cell in said)
    for path in (sent.home / "returns").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not [each for each in text if each < " " and each not in "\n\t"], path


def test_no_name_steers_a_terminal_that_lands(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `make land` says of refused files, name and all."""
    built, shown = sent.built, StringIO()
    with environment(built.landing, sent.home / "lake again", built.warehouse):
        monkeypatch.setattr(land, "Console", lambda **_: Console(file=shown))
        assert land.land_files() == 0
    assert_harmless_and_named(sent.canaries, shown.getvalue())


def test_no_name_steers_a_terminal_that_builds(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `make build` says of them in the end, were it to name them all."""
    monkeypatch.setattr(main_job, "MOST_NAMED", 1_000)
    shown, built = StringIO(), planted.built
    last = earlier_publications(planted.place)[-1]
    with environment(built.landing, built.lake, built.warehouse):
        Console(file=shown, width=400).print(
            main_job.summary_of(
                built.warehouse,
                Publication(planted.place.file, False, last.manifest),
                planted.published / "site",
            )
        )
    assert_harmless_and_named(planted.canaries, shown.getvalue())


def assert_harmless_and_named(canaries: Canaries, said: str) -> None:
    lines = said.splitlines()
    assert canaries["formula in a name"] in "".join(lines)
    assert "\\x1b[2J" in "".join(lines)
    assert [line for line in lines if not line.isprintable()] == []
