"""The pages: whole, linked, silent on the network, and true to the published file."""

import math
import multiprocessing
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import altair as alt
import duckdb
import pytest
import yaml

from lscb.pages import board_pages, borough_pages, charts, funnels, indicator_pages
from lscb.pages.drawing import draw
from lscb.pages.facts import Facts
from lscb.pages.figures import Figure, Page, Table, parts_of, plain
from lscb.pages.published import Published
from lscb.pages.site import write_pages
from lscb.publishing.hiding import PARTLY_HIDDEN, REASONS_TO_HIDE
from lscb.settings import PROJECT
from publication.reading import csv_rows, read
from publication.road import changing

LARGEST_PAGE = 1_500_000
# Columns of a table that say an area's own figure, or give it away.
OWN_NUMBERS = (
    *("numerator", "denominator", "indicator_value", "lower_limit", "upper_limit"),
    *("rank", "change"),
)


@pytest.fixture(scope="module")
def facts(published: Path) -> Facts:
    """What the pages draw on."""
    return Facts(Published.open(published))


@pytest.fixture(scope="module")
def pages(site: Path) -> list[Path]:
    """All pages of the site."""
    return sorted(site.rglob("*.html"))


# Columns of the warehouse by the name under which the pages have words for their codes.
SPOKEN = {
    "reason": "[a-z0-9_]+_reason",
    "direction": "change_(among_all|alone_reason)",
    "trend": "trend(_among_all)?",
    "funnel_position": "funnel_position",
    "interval_method": "interval_method",
    "polarity": "polarity",
    "value_type": "value_type",
    "decision_status": "decision_status",
    "definition_status": "definition_status",
    "data_status": "data_status",
    "coverage_status": "coverage_status",
}


@pytest.mark.parametrize("subject", SPOKEN)
def test_every_code_that_a_mart_may_hold_has_a_word(subject: str, facts: Facts) -> None:
    """Not only those of the sample: what the models' own checks let through."""
    codes = {
        code
        for file in sorted((PROJECT / "models" / "marts").glob("*.yml"))
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", ())
        for column in model.get("columns", ())
        if re.fullmatch(SPOKEN[subject], column["name"])
        for check in column.get("constraints", ())
        for code in re.findall(r"'([^']+)'", check.get("expression", ""))
    }
    assert codes
    assert codes <= set(facts.words[subject])


def test_every_status_without_a_figure_has_a_word_for_a_tile(facts: Facts) -> None:
    codes = {row["value_status"] for row in facts.statuses} - {"reported"}
    assert set(facts.words["why_no_figure"]) == codes
    assert max(map(len, facts.words["why_no_figure"].values())) <= 14


def test_every_reason_to_hide_a_comparison_has_a_word(facts: Facts) -> None:
    """Whatever the rule: rounding hides all of them."""
    assert set(facts.words["reason"]) >= REASONS_TO_HIDE
    assert set(facts.words["direction"]) >= REASONS_TO_HIDE - {PARTLY_HIDDEN}


def board(facts: Facts) -> list[Page]:
    """The pages about all of London, and one of each other kind."""
    (indicator,) = (i for i in facts.indicators if i.indicator_id == "SG31")
    return [
        *board_pages.pages_of(facts, []),
        indicator_pages.page_of(facts, indicator),
        borough_pages.page_of(facts, facts.authorities[5]),
    ]


def test_every_page_exists(site: Path, facts: Facts) -> None:
    expected = {i.page for i in facts.indicators}
    expected |= {f"boroughs/{area['area_code']}.html" for area in facts.authorities}
    expected |= {
        f"{name}.html"
        for name in (
            *("index", "indicators", "boroughs", "coverage", "quality"),
            *("changes", "catalogue", "about", "search", "compare"),
        )
    }
    found = {str(path.relative_to(site)) for path in site.rglob("*.html")}
    assert found == expected
    assert len(facts.authorities) == 33


def test_every_link_lives(site: Path, pages: list[Path]) -> None:
    dead = []
    for page in pages:
        for link in read(page).links:
            parts = urlsplit(link)
            target = (page.parent / unquote(parts.path)) if parts.path else page
            if not target.resolve().is_file() or (
                # The boroughs that are compared are named one after the other.
                parts.fragment
                and not {*unquote(parts.fragment).split("+")}
                <= {*read(target.resolve()).ids}
            ):
                dead.append(f"{page.relative_to(site)}: {link}")
    assert not dead


def test_nothing_is_asked_of_the_network(site: Path, pages: list[Path]) -> None:
    for path in [*pages, *(site / "assets").iterdir()]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""(?:href|src|action)=["'](?:https?:)?//""", text), path
        assert not re.search(r"""url\(\s*["']?(?:https?:)?//|@import""", text), path
        for word in ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon"):
            assert word not in text, path


def test_pages_are_small(pages: list[Path]) -> None:
    sizes = {page.name: page.stat().st_size for page in pages}
    assert max(sizes.values()) < LARGEST_PAGE, max(sizes, key=sizes.get)


def test_ids_are_unique(pages: list[Path]) -> None:
    for page in pages:
        twice = [i for i, n in Counter(read(page).ids).items() if n > 1]
        assert not twice, page


def test_a_chart_has_as_many_marks_as_its_table_has_rows(pages: list[Path]) -> None:
    seen = 0
    for page in pages:
        for figure in read(page).figures:
            table = read(page).tables[figure.table]
            header = csv_rows(page.parent / table.file)[0]
            rows = table.rows
            if figure.marks_of:
                column = header.index(figure.marks_of)
                rows = [row for row in rows if row[column] != ""]
            assert figure.marks == len(rows), (page.name, figure.table)
            seen += figure.marks
    assert seen > 10_000


def test_a_download_equals_its_table(pages: list[Path]) -> None:
    for page in pages:
        for table in read(page).tables.values():
            header, *rows = csv_rows(page.parent / table.file)
            assert rows == table.rows, (page.name, table.id)
            assert len(header) == len(table.header)


def test_every_number_shown_is_published(
    published: Path, pages: list[Path], facts: Facts
) -> None:
    known = set()
    for name, columns in facts.published.relations.items():
        for column, kind in columns:
            if kind in ("DOUBLE", "BIGINT", "INTEGER"):
                known |= {
                    plain(value)
                    for (value,) in facts.published.connection.execute(
                        f"select distinct {column} from mart.{name}"
                    ).fetchall()
                }
    shown = Counter(number for page in pages for number in read(page).numbers)
    # Decimals come from the file; whole numbers may also count its rows.
    strange = [n for n in shown if n not in known and "." in n]
    assert not strange
    assert sum("." in number for number in shown) > 5_000


def test_the_state_of_the_data_stands_on_every_page(
    pages: list[Path], facts: Facts
) -> None:
    for page in pages:
        text = "".join(read(page).text)
        assert "Synthetic sample" in text, page
        assert ("Unprotected." in text) is not facts.about["is_protected"], page


def test_nothing_is_judged_where_neither_end_is_good(facts: Facts) -> None:
    judged = {c for c, w in facts.words["standing"].items() if w["judges"]}
    neutral = {
        (i.indicator_id, v["definition_version"])
        for i in facts.indicators
        for v in i.versions
        if v["polarity"] == "neutral"
    }
    rows = [
        row
        for row in facts.values
        if (row["indicator_id"], row["definition_version"]) in neutral
    ]
    assert rows
    assert not {row["standing"] for row in rows} & judged


def test_no_rank_stands_without_its_interval(facts: Facts) -> None:
    ranked = 0
    for indicator in facts.indicators:
        for table in parts_of(indicator_pages.page_of(facts, indicator), Table):
            keys = [column.key for column in table.columns]
            if "rank" in keys:
                ranked += 1
                assert {"lower_limit", "upper_limit"} <= set(keys)
                assert all(
                    row["lower_limit"] is not None
                    for row in table.rows
                    if row["rank"] is not None
                ), table.name
    assert ranked > 20


def test_the_drawn_limits_are_those_that_the_mart_judges_by(facts: Facts) -> None:
    """A point lies outside the drawn curve exactly where the mart says so."""
    tested = Counter()
    for indicator in facts.indicators:
        for row in facts.values:
            if row["indicator_id"] != indicator.indicator_id:
                continue
            position = row["funnel_position"]
            if not position:
                continue
            version = indicator.version(row["definition_version"])
            baseline = row["london_value"] / version["multiplier"]
            outside = "Not significant"
            for confidence, tail in ((0.95, "0.025"), (0.998, "0.001")):
                if version["value_type"] == "rate":
                    low, high = funnels.count_limits(row["numerator"], confidence)
                    expected = baseline * row["denominator"]
                    side = "High" if expected < low else "Low"
                    is_out = not low <= expected <= high
                else:
                    width = (
                        funnels.z_of(confidence)
                        * (baseline * (1 - baseline) / row["denominator"]) ** 0.5
                    )
                    share = row["numerator"] / row["denominator"]
                    side = "High" if share > baseline else "Low"
                    is_out = not (
                        max(0, baseline - width) <= share <= min(1, baseline + width)
                    )
                if is_out:
                    outside = f"{side} ({tail})"
            assert outside == position, row
            tested[version["value_type"]] += 1
    assert min(tested["rate"], tested["proportion"]) > 300


def test_every_kind_of_chart_is_valid_vega_lite(facts: Facts) -> None:
    kinds = {}
    for page in [
        *board(facts),
        *(indicator_pages.page_of(facts, i) for i in facts.indicators[:20]),
    ]:
        for figure in parts_of(page, Figure):
            kinds.setdefault(figure.drawing.chart, figure.drawing)
    assert set(kinds) == {
        *("tile_map", "ranked_intervals", "funnel", "small_multiples"),
        *("standings_bars", "coverage_map"),
    }
    for name, drawing in kinds.items():
        alt.Chart.from_dict(getattr(charts, name)(**drawing.arguments), validate=True)


# Figures that no sample has, by what they are: a value of a row, given its multiplier.
STRANGE: dict[str, Callable[[float, int], float]] = {
    "all are 0": lambda _, __: 0.0,
    "all are the whole": lambda multiplier, _: math.nextafter(multiplier, math.inf),
    "all are alike": lambda _, __: 7.0,
    "one is above 0": lambda multiplier, place: multiplier * (place == 0) / 2,
    "one is far off": lambda _, place: 1e15 if place == 0 else 1.0,
    "all are next to nothing": lambda _, place: 1e-12 * place,
}
FIGURES = ("indicator_value", "lower_limit", "upper_limit", "previous_value", "change")
BASES = ("london_value", "inner_outer_value", "neighbours_value")


def with_figures(facts: Facts, figure: Callable[[float, int], float]) -> Facts:
    """The same facts with other figures; what they are held against is their mean."""
    other = Facts(facts.published)
    versions = {
        (v["indicator_id"], v["definition_version"]): v
        for indicator in facts.indicators
        for v in indicator.versions
    }
    values = [dict(row) for row in facts.values]
    for place, row in enumerate(values):
        version = versions[row["indicator_id"], row["definition_version"]]
        multiplier = version["multiplier"] or 1.0
        areas = range(len(facts.authorities))
        mean = sum(figure(multiplier, n) for n in areas) / len(areas)
        given = dict.fromkeys(FIGURES, figure(multiplier, place % len(areas)))
        given |= dict.fromkeys(BASES, mean)
        row |= {name: to for name, to in given.items() if row[name] is not None}
        if row["indicator_value"] is not None and row["denominator"]:
            row["numerator"] = row["indicator_value"] * row["denominator"] / multiplier
    other.__dict__["values"] = values
    return other


@pytest.mark.parametrize("strange", STRANGE)
def test_every_page_can_be_written_whatever_the_figures(
    strange: str, facts: Facts
) -> None:
    """All figures of the sample put to what a quiet, a full or a wrong year sends."""
    other = with_figures(facts, STRANGE[strange])
    pages = [
        *board_pages.pages_of(other, []),
        *indicator_pages.pages_of(other),
        *borough_pages.pages_of(other),
    ]
    figures = [figure for page in pages for figure in parts_of(page, Figure)]
    differ = len({STRANGE[strange](1.0, place) for place in range(3)}) > 1
    kinds = Counter(figure.drawing.chart for figure in figures)
    if differ:
        assert kinds.total() > 100
    else:
        # There is nothing to draw, and sentences stand in the place of charts.
        assert set(kinds) <= {"standings_bars", "coverage_map"}
        sentences = [said for page in pages for said in parts_of(page, str)]
        assert sum("every figure that there is equals" in x for x in sentences) > 50
    drawn = {}
    for figure in figures:
        getattr(charts, figure.drawing.chart)(**figure.drawing.arguments)
        drawn.setdefault(figure.drawing.chart, figure.drawing)
    for drawing in drawn.values():
        svg = draw(drawing)
        assert "NaN" not in svg
        assert "Infinity" not in svg


def test_around_a_london_of_0_no_funnel_is_drawn(facts: Facts) -> None:
    """There is nothing to stray from, and a sentence says so."""
    pages = indicator_pages.pages_of(with_figures(facts, STRANGE["all are 0"]))
    sentences = [said for page in pages for said in parts_of(page, str)]
    assert any("London's value is 0" in said for said in sentences)
    assert not any(
        figure.drawing.chart == "funnel"
        for page in pages
        for figure in parts_of(page, Figure)
    )


def redraw(published: Path, folder: Path) -> None:
    """Draw some of the pages again, in a process of its own."""
    with duckdb.connect(str(published), read_only=True) as connection:
        facts = Facts(Published(connection))
        folder.mkdir()
        write_pages(facts, board(facts), folder)


def test_the_same_file_makes_the_same_pages(published: Path, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    for name in ("first", "second"):
        process = spawn.Process(target=redraw, args=(published, tmp_path / name))
        process.start()
        process.join()
        assert process.exitcode == 0
    files = [p.relative_to(tmp_path / "first") for p in (tmp_path / "first").rglob("*")]
    files = [file for file in files if (tmp_path / "first" / file).is_file()]
    assert len(files) > 20
    for file in files:
        first, second = (tmp_path / name / file for name in ("first", "second"))
        assert first.read_bytes() == second.read_bytes(), file


@pytest.fixture
def hidden(published: Path, tmp_path: Path) -> Path:
    """The published file, said to be protected, with one indicator of Camden hidden."""
    file = tmp_path / "hidden.duckdb"
    with changing(published, file) as connection:
        where = "where indicator_id = 'SG31' and area_code = 'E09000007'"
        connection.execute(
            "update mart.fct_indicator_values set numerator = null, denominator = null,"
            " indicator_value = null, lower_limit = null, upper_limit = null,"
            f" lower_limit_998 = null, upper_limit_998 = null,"
            f" value_status = 'suppressed' {where}"
        )
        connection.execute(
            "update mart.fct_comparisons set rank = null, quartile = null,"
            " change = null, previous_value = null, trend = null, benchmark_95 = null,"
            " benchmark_998 = null, benchmark_998_reason = 'value_not_reported',"
            " funnel_position = null, funnel_position_reason = 'value_not_reported',"
            f" trend_reason = 'value_not_reported' {where}"
        )
        connection.execute(
            "update mart.about_publication set content = 'true'"
            " where item = 'is_protected'"
        )
    return file


def csv_header(folder: Path, file: str) -> list[str]:
    """The names of the columns of a table, from its CSV file."""
    return csv_rows(folder / file.removeprefix("../"))[0]


def test_what_the_file_hides_no_page_shows(hidden: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(hidden), read_only=True) as connection:
        facts = Facts(Published(connection))
        folder = tmp_path / "site"
        folder.mkdir()
        (camden,) = (a for a in facts.authorities if a["area_name"] == "Camden")
        write_pages(
            facts,
            [*board(facts), borough_pages.page_of(facts, camden)],
            folder,
        )
    text = (folder / "indicators" / "SG31.html").read_text(encoding="utf-8")
    assert "Unprotected." not in text
    assert "Camden: suppressed" in text
    for table in read(folder / "indicators" / "SG31.html").tables.values():
        for row in table.rows:
            if row[0] == "Camden":
                assert {"Suppressed", "c hidden, small numbers"} & {*row}
                own = dict(zip(csv_header(folder, table.file), row, strict=True))
                assert not any(own.get(name) for name in OWN_NUMBERS), own
    card = read(folder / "boroughs" / "E09000007.html").tables["t-E09000007-scorecard"]
    (row,) = (row for row in card.rows if row[0] == "SG31")
    assert "c suppressed" in row
    assert row[3:6] == ["", "", ""]
