"""What the pages say around their tables: cards, lists, remarks, menu, search.

Each sentence is put together here from queries of the published file, and read from the
page as a browser would read it. Charts are left out: they have tests of their own.
"""

import csv
import html
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from markupsafe import escape

from lscb.digits import decimals_for
from lscb.pages import board_pages, borough_pages, figures, indicator_pages, site
from lscb.pages.facts import Facts
from lscb.pages.figures import Column, Page, Table
from lscb.pages.published import Published
from publication.reading import as_people_round, read
from publication.road import WORDS, changing, rows_of

CRUMB, DASH = "\u203a", "\u2013"


def text_of(source: str) -> str:
    """What a reader reads of a piece of HTML: words parted by single blanks."""
    source = re.sub(r'<a class="term"[^>]*>(.*?)</a>', r"\1", source)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source)).split())


def within(page: str, begin: str, end: str) -> str:
    """What stands between two marks of a page."""
    assert begin in page, begin
    return page.split(begin, 1)[1].split(end, 1)[0]


def items_of(source: str) -> list[str]:
    """The items of the first list in a piece of HTML."""
    return [text_of(item) for item in re.findall(r"<li.*?</li>", source, re.DOTALL)]


@pytest.fixture(scope="module")
def boroughs(road: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """The rows of every borough's scorecard, in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(
        road,
        "select scorecards.*, words.label as trend_word from scorecards left join words"
        " on subject = 'trend' and code = trend_code"
        " order by area_code, comes_last, indicator_id",
    ):
        found.setdefault(row["area_code"], []).append(row)
    return found


def shown(told: Facts, row: dict[str, Any], name: str) -> str:
    """A figure as a reader sees it, of as many decimals as its indicator has."""
    places = told.decimals[row["indicator_id"]]
    return "" if row[name] is None else as_people_round(row[name], places)


def page_text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def test_a_borough_is_told_its_trends(
    plain_site: Path, boroughs: dict[str, list[dict[str, Any]]]
) -> None:
    seen = 0
    for area, rows in boroughs.items():
        page = page_text(plain_site, f"boroughs/{area}.html")
        trends = [
            f"{row['indicator_id']} {row['own_short_title']}: {row['trend_word']},"
            f" by {row['trend_point'].replace('_', ' ')} to {row['trend_until']}"
            for row in rows
            if row["trend_code"] not in ("no_change", "cannot_be_calculated")
        ]
        told = items_of(within(page, '<h2 id="trends">', "</ul>"))
        assert told == (trends or ["none"])
        seen += len(trends)
    assert seen


def test_a_borough_is_told_its_half_its_files_and_its_flags(
    plain_site: Path, road: duckdb.DuckDBPyConnection, told: Facts
) -> None:
    areas = rows_of(road, "from mart.dim_areas where area_type = 'local_authority'")
    flags = dict(
        road.execute(
            "select area_code, count(*) from mart.fct_quality_flags"
            " where state <> 'resolved' group by 1"
        ).fetchall()
    )
    filled = dict(
        road.execute(
            "select area_code, count(indicator_value) || ' of ' || count(*)"
            " from scorecards group by 1"
        ).fetchall()
    )
    for area in areas:
        page = page_text(plain_site, f"boroughs/{area['area_code']}.html")
        half = f"{area['ons_inner_outer']} London" if area["ons_inner_outer"] else ""
        lead = text_of(within(page, '<p class="lead">', "</p>"))
        whose = f"{area['official_name']} · {area['area_code']}"
        whose += f" · {half} (ONS)" if half else ""
        assert lead.startswith(
            f"{whose}. Latest whole period of each indicator;"
            f" {filled[area['area_code']]} have a figure."
        )
        assert text_of(within(page, '<p class="crumb">', "</p>")) == (
            f"Boroughs {CRUMB} {half}".strip()
        )
        gaps = text_of(within(page, '<h2 id="says-missing">', "</section>"))
        number = flags.get(area["area_code"], 0)
        said = f"Open: {number} flag{'s' * (number != 1)} on {area['area_name']}"
        said += " (page Quality )."
        assert (said in gaps) == ("Open: " in gaps) == bool(number)
    assert flags


def test_where_london_is_partial_a_page_says_which_figure_it_shows(
    plain_site: Path, boroughs: dict[str, list[dict[str, Any]]]
) -> None:
    """On the overview beside the asterisk, on a borough's page beside its sign."""
    said = WORDS["two_figures"]
    page = page_text(plain_site, "index.html")
    starred = re.search(r'class="n s-value"><data [^>]*>[^<]*</data>\*', page)
    assert starred and " ".join(said["overview"].split()) in text_of(page)
    for area in boroughs:
        page = page_text(plain_site, f"boroughs/{area}.html")
        is_marked = "<sup>‡</sup>" in page
        told = re.sub(r" (?=[.,;])", "", text_of(page))
        assert (" ".join(said["borough"].split()) in told) == is_marked, area


def test_the_overview_counts_what_is_there(
    plain_site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    page = page_text(plain_site, "index.html")
    (cards,) = road.execute(
        "select [(select count(distinct indicator_id) from filled_periods"
        " where filled > 0), (select count(distinct indicator_id)"
        " from mart.dim_indicators), (select count(indicator_value) from cells"
        " where area_type = 'local_authority'), (select count(*) from cells"
        " where area_type = 'local_authority'), (select count(*)"
        " from mart.dim_decisions where is_open)]"
    ).fetchone()
    sent = road.execute(
        "with sent as (select extract, submitter, period_id,"
        " max(list_position(['not due', 'on time', 'late', 'partial', 'refused',"
        " 'missing'], coverage_status)) as grave from mart.fct_coverage group by all)"
        " select count(*) filter (where grave = 2), count(*) filter (where grave > 1)"
        " from sent"
    ).fetchone()
    targets = road.execute(
        "select format('{:,} targets of all periods and kinds: ', count(*))"
        " || concat_ws(', ',"
        " format('{:,} ✓ met', count(*) filter (target_standing = 'met')),"
        " format('{:,} ✗ missed', count(*) filter (target_standing = 'missed')),"
        " format('{:,} ~ not certain', count(*) filter (target_standing ="
        " 'not_certain')), format('{:,} on course', count(*) filter (course ="
        " 'on_course')), format('{:,} off course', count(*) filter (course ="
        " 'off_course')), format('{:,} course not certain', count(*) filter (course ="
        " 'not_certain')), format('of {:,} nothing can be said.', count(*) filter ("
        "target_standing is null and course is null))) from mart.fct_targets"
    ).fetchone()
    told = items_of(within(page, '<ul class="cards">', "</ul>"))
    assert told == [
        f"{cards[0]} of {cards[1]} indicators have figures",
        f"{cards[2]:,} of {cards[3]:,} authority cells have a number;"
        " each other one says why not",
        f"{sent[0]:,} of {sent[1]:,} returns came whole and on time (page Coverage )",
        *targets,
        f"{cards[4]} matters await decision or action (page Catalogue )",
    ]
    # What the small trends have in common is said once, not below each.
    assert text_of(page).count("A dashed rule marks a break in the series.") == 1


def test_the_overview_remarks_on_what_is_not_whole(
    plain_site: Path, all_pages: list[Page], told: Facts
) -> None:
    """Each row of the tables of themes: figure, direction, funnel, remarks."""
    page = page_text(plain_site, "index.html")
    (overview,) = (each for each in all_pages if each.path == "index.html")
    rows = {row["indicator_id"]: row for row in overview.context["table"].rows}
    source = within(page, '<section id="themes"', "</section>")
    found = {}
    for line in re.findall(
        r'<tr role="row">\s*<th role="rowheader".*?</tr>', source, re.DOTALL
    ):
        cells = [text_of(c) for c in re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)]
        found[cells[0].split()[0]] = cells
    assert set(found) == set(rows)
    kinds: Counter[str] = Counter()
    polarity = {i.indicator_id: i.current["polarity"] for i in told.indicators}
    good = {"low_is_good": "low", "high_is_good": "high"}
    for code, cells in found.items():
        row = rows[code]
        value, low = row["indicator_value"], row["lower_limit"]
        figure = row["status_label"].lower()
        if value is not None:
            mark = "*" * (row["status_label"] == "Partial")
            figure = f"{shown(told, row, 'indicator_value')} {mark}".strip()
        interval = (
            ("" if value is None else "none")
            if low is None
            else (
                f"{shown(told, row, 'lower_limit')} to"
                f" {shown(told, row, 'upper_limit')}"
            )
        )
        funnel = (
            "none"
            if row["above"] is None
            else f"{row['above']} above, {row['below']} below"
        )
        share = (
            f"{row['areas_with_number']} of {row['areas_expected']}"
            if row["areas_expected"]
            else ""
        )
        remarks = []
        if value is not None and row["status_label"] != "Reported":
            remarks.append(row["status_label"].lower())
        if row["provisional"]:
            remarks.append(f"{row['provisional']} provisional")
        if row["definition_label"] != "defined":
            remarks.append(row["definition_label"])
        if row["flags"]:
            remarks.append(f"{row['flags']} flag{'s' * (row['flags'] != 1)}")
        kinds.update(remark.split()[-1] for remark in remarks)
        assert cells == [
            f"{code} {row['title']}",
            row["period_id"] or "",
            figure,
            interval,
            good.get(polarity[code], "neither"),
            row["direction"] or "",
            funnel,
            share,
            "; ".join(remarks),
        ]
    assert kinds["flags"] and kinds["partial"]


def test_an_indicator_says_its_definition_and_its_latest_figure(
    plain_site: Path, road: duckdb.DuckDBPyConnection, told: Facts
) -> None:
    latest = {
        row["indicator_id"]: row
        for row in rows_of(
            road,
            "select charted.*, london.indicator_value, london.lower_limit,"
            " london.upper_limit, london.value_status, london.status_label,"
            " london.area_code from charted left join cells as london"
            " on london.area_code = 'E12000007'"
            " and london.indicator_id = charted.indicator_id"
            " and london.definition_version = charted.definition_version"
            " and london.period_id = charted.period_id"
            " qualify row_number() over (partition by charted.indicator_id"
            " order by charted.end_date desc, charted.definition_version desc) = 1",
        )
    }
    versions = dict(
        road.execute(
            "select indicator_id, count(*) from mart.dim_indicators group by 1"
        ).fetchall()
    )
    kinds: Counter[str] = Counter()
    for now in rows_of(road, "from current_versions"):
        code = now["indicator_id"]
        page = page_text(plain_site, f"indicators/{code}.html")
        cards = items_of(within(page, '<ul class="cards">', "</ul>"))
        good = {"low_is_good": "Low", "high_is_good": "High"}
        polarity = f"{good.get(now['polarity'], 'Neither')} is good"
        if now["polarity"] == "neutral":
            polarity += ": nothing here is coloured as good or bad"
        if now["polarity_note"]:
            polarity += f"; {now['polarity_note']}"
        settled = WORDS["definition_status"][now["definition_status"]]
        wanted = [
            polarity,
            f"{settled} version {now['definition_version']} of {versions[code]}",
        ]
        if row := latest.get(code):
            figure = shown(told, row, "indicator_value") or DASH
            text = f"{figure} London, {row['period_id']}"
            if row["area_code"] is None:
                text += ": no total is made"
                kinds["no total"] += 1
            else:
                if row["lower_limit"] is not None:
                    text += (
                        f" ( {shown(told, row, 'lower_limit')} to"
                        f" {shown(told, row, 'upper_limit')} )"
                    )
                if row["value_status"] != "reported":
                    text += f": {row['status_label'].lower()}"
                    kinds["not whole"] += 1
            wanted += [
                text,
                f"{row['filled']} of {row['expected']} authorities have a figure"
                f" for {row['period_id']}",
            ]
        assert [" ".join(c.split()) for c in cards] == wanted
        title = text_of(within(page, "<h1>", "</h1>"))
        assert title == f"{code} {now['title']}"
        few = "There are too few figures to draw" in page
        assert few == (code not in latest)
        if few:
            is_open = now["definition_status"] == "not_defined"
            assert ("has settled no definition" in page) == is_open
    assert kinds["no total"] and kinds["not whole"]


def test_every_version_of_a_definition_stands_on_its_page(
    plain_site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    for row in rows_of(road, "from mart.dim_indicators"):
        page = page_text(plain_site, f"indicators/{row['indicator_id']}.html")
        head = f"Version {row['definition_version']}"
        articles = re.findall(r'<article class="definition.*?</article>', page, re.S)
        (article,) = (a for a in articles if f"<h3>{head}" in a)
        text = text_of(article)
        word = WORDS["definition_status"][row["definition_status"]]
        state = ", in force" if row["is_current"] else f", {word}"
        for name, lead in (("valid_from", " from "), ("valid_to", " to ")):
            if row[name]:
                state += f"{lead}{row[name].day} {row[name]:%B %Y}"
        assert text.startswith(head + state)
        assert ("definition past" in article) != row["is_current"]
        wanted = {
            "Numerator": row["numerator_text"] or "not defined",
            "Denominator": row["denominator_text"] or "none",
            "Unit": f"{row['unit']} ({WORDS['value_type'][row['value_type']]})",
            "Decision": WORDS["decision_status"][row["decision_status"]]
            + (
                f" (minutes of 29 July 2008, {row['minute_paragraph']})"
                if row["minute_paragraph"]
                else ""
            ),
        }
        told = {
            text_of(term): text_of(said)
            for term, said in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", article, re.S)
        }
        for term, said in wanted.items():
            assert told[term] == " ".join(said.split()), (row["indicator_id"], term)
        assert ("Plausible" in told) == (row["plausible_low"] is not None)


def test_coverage_counts_each_state(
    plain_site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    states = road.execute(
        "with sent as (select extract, submitter, period_id,"
        " max(list_position(['not due', 'on time', 'late', 'partial', 'refused',"
        " 'missing'], coverage_status)) as grave from mart.fct_coverage group by all)"
        " select grave, count(*) from sent group by 1"
    ).fetchall()
    words = ("not due yet", "on time", "late", "partial", "refused", "missing")
    told = items_of(within(page_text(plain_site, "coverage.html"), "cards", "</ul>"))
    assert sorted(told) == sorted(f"{n:,} {words[grave - 1]}" for grave, n in states)


def rows_of_file(site: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table of the site, from the file that equals it."""
    with (site / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_quality_counts_its_flags_by_rule(
    plain_site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    counts = road.execute(
        "select severity, replace(rule_code, '_', ' '), owner, what_to_do, state,"
        " count(*), count(distinct area_code) from mart.fct_quality_flags group by all"
    ).fetchall()
    rows = rows_of_file(plain_site, "quality/by-rule")
    told = [
        (
            *(row["severity"], row["rule"].lower(), row["owner"], row["what_to_do"]),
            *(row["state"], int(row["flags"]), int(row["areas"])),
        )
        for row in rows
    ]
    assert sorted(told) == sorted(counts)
    assert len(told) > 8
    grave = ["error", "warning", "notice"]
    order = [(grave.index(row["severity"]), -int(row["flags"])) for row in rows]
    assert order == sorted(order)


def test_quality_counts_the_cells_of_each_status(
    plain_site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    counts = road.execute(
        "select indicator_id, status_label, count(*) from mart.indicator_scorecard"
        " where area_type = 'local_authority' and value_status <> 'reported'"
        " group by all"
    ).fetchall()
    told = [
        (row["indicator_id"], label, int(count))
        for row in rows_of_file(plain_site, "quality/statuses")
        for label, count in row.items()
        if count and label not in ("indicator_id", "title")
    ]
    assert sorted(told) == sorted(counts)
    assert len({label for _, label, _ in told}) > 6


def test_files_are_called_by_words(
    plain_site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    """No page of the board names a file by the codes of its extract and sender."""
    said = WORDS["extract"]
    codes = {code for code in said if "_" in code}
    for path in ("quality.html", "coverage.html", "changes.html"):
        # Without what is not shown: where files to download lie, and anchors.
        shown = text_of(re.sub(r"<[^>]*>", " ", page_text(plain_site, path)))
        assert not [code for code in codes if code in shown], path
        assert not re.search(r"\bE09\d{6}\b|no known|mart\.|\bfct_", shown), path
    refused = road.execute(
        "select flags.message, files.reason, files.extract, areas.area_name,"
        " files.period_id, files.version from mart.fct_quality_flags as flags"
        " inner join mart.fct_submissions as files using (file_id)"
        " inner join mart.dim_areas as areas on areas.area_code = files.submitter"
        " where flags.rule_code = 'file_refused'"
    ).fetchall()
    messages = {row["message"] for row in rows_of_file(plain_site, "quality/flags")}
    for message, reason, extract, sender, period, version in refused:
        ending = message[message.index(" was refused") :]
        name = f"{said[extract]} of {sender}, {period}, version {version}"
        # What to do speaks of the reason, which stands beside it.
        assert reason and f"{name}{ending} {reason}" in messages
    assert len(refused) > 2
    nobody = f"{said['lado_referrals']} of an unknown sender was refused whole. "
    assert any(message.startswith(nobody) for message in messages)


def test_menu_citation_and_state_stand_on_every_page(
    plain_site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    about = dict(road.execute("from mart.about_publication").fetchall())
    (state,) = rows_of(road, "from mart.dim_about")
    day = f"{state['as_of_date'].day} {state['as_of_date']:%B %Y}"
    pages = sorted(plain_site.rglob("*.html"))
    assert len(pages) > 80
    for path in pages:
        name = path.relative_to(plain_site).as_posix()
        page = path.read_text(encoding="utf-8")
        root = "../" * name.count("/")
        menu = re.findall(
            r'<li><a href="([^"]*)"([^>]*)>(.*?)</a></li>',
            within(page, '<nav aria-label="Main"><ul>', "</ul></nav>"),
        )
        assert [(link, text_of(text)) for link, _, text in menu] == [
            (f"{root}index.html", "Overview"),
            (f"{root}indicators.html", "Indicators"),
            (f"{root}boroughs.html", "Boroughs"),
            (f"{root}compare.html", "Compare"),
            (f"{root}coverage.html", "Coverage"),
            (f"{root}quality.html", "Quality"),
            (f"{root}changes.html", "Changes"),
            (f"{root}catalogue.html", "Catalogue"),
            (f"{root}about.html", "About"),
        ]
        current = [link for link, attributes, _ in menu if "current" in attributes]
        assert current == ([name] if name in [m[0] for m in menu] else [])
        title = html.unescape(within(page, "<title>", " · London LSCB"))
        cited = html.unescape(within(page, 'rows="3">', "</textarea>"))
        sample = " Synthetic sample." if state["is_synthetic"] else ""
        assert cited == (
            "London Local Safeguarding Children Boards, The London LSCB model dataset:"
            f" {title}. Publication {about['publication_id']}, submissions as at {day}"
            f" ({name}). Draft: not signed off.{sample}"
        )
        for part in ("header", "footer"):
            assert "Draft: not signed off." in within(page, f"<{part}>", f"</{part}>")
        assert ("Unprotected." in page) == (about["is_protected"] != "true")


def test_the_search_finds_every_page_and_every_decision(
    plain_site: Path, road: duckdb.DuckDBPyConnection, all_pages: list[Page]
) -> None:
    source = within(page_text(plain_site, "search.html"), '<ul id="results">', "</ul>")
    found = [
        (text_of(kind), link, text_of(title), text_of(text))
        for kind, link, title, text in re.findall(
            r'<span class="kind">(.*?)</span> <a href="(.*?)">(.*?)</a>'
            r' <span class="quiet">(.*?)</span>',
            source,
            re.S,
        )
    ]
    wanted = [
        (page.kind, page.path, " ".join(page.title.split()), text_of(page.summary))
        for page in all_pages
        if page.path != "search.html"
    ]
    kinds = Counter(page.kind for page in all_pages)
    codes = {
        code
        for (code,) in road.execute(
            "select indicator_id from mart.dim_indicators"
        ).fetchall()
    }
    assert kinds == {"Page": 10, "Indicator": len(codes), "Borough": 33}
    for kind, anchor, table, said in (
        ("Challenge", "challenges", "dim_data_challenges", "challenge"),
        ("Decision", "decisions", "dim_decisions", "decision"),
    ):
        wanted += [
            (
                kind,
                f"catalogue.html#{anchor}",
                " ".join(row["subject"].split()),
                text_of(f"{row[said] or ''} (minutes {row['minute_paragraph']})"),
            )
            for row in rows_of(road, f"from mart.{table}")
        ]
    assert sorted(found) == sorted(wanted)

    used = set()
    for item in re.findall(r"<li>.*?</li>", source, re.S):
        seen = text_of(item.split("<span hidden>")[0]).lower()
        hidden = re.findall(r"<span hidden>(.*?)</span>", item)
        meant = [words for words in WORDS["also_called"] if words in seen]
        also = ", ".join(WORDS["also_called"][words] for words in meant)
        assert [html.unescape(each) for each in hidden] == ([also] if also else [])
        used |= {*meant}
    # Each of them is said of something, and none is a word that the title has anyway.
    assert used == WORDS["also_called"].keys()


def test_what_stands_beside_the_site_can_be_taken(
    published: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "published" / "site"
    folder.mkdir(parents=True)
    file = folder.parent / "lscb.duckdb"
    file.symlink_to(published)
    (folder.parent / "exports").mkdir()
    (folder.parent / "exports" / "lscb.xlsx").write_bytes(b"")
    facts = Facts(Published.open(file))
    wanted = [
        ("../lscb.duckdb", "The published file (DuckDB)"),
        ("../exports/lscb.xlsx", "Workbook for analysts (Excel)"),
    ]
    page = board_pages.about(facts, wanted)
    text = (
        site.renderer()
        .get_template("about.html")
        .render(
            page=page,
            citation="",
            about=facts.about,
            region=facts.region,
            words=facts.words,
            menu=[],
            date=site.said,
            **page.context,
        )
    )
    links = re.findall(r'<li><a href="(.*?)">(.*?)</a></li>', text)
    assert links == [(path, str(escape(words))) for path, words in wanted]
    assert f"<dd>{facts.about['files_known']:,}</dd>" in text
    names = re.findall(r"<code>(.*?)</code>", text)
    assert names == sorted(facts.published.relations)


def test_a_site_offers_what_is_there_and_no_more(
    plain_site: Path, published: Path
) -> None:
    text = page_text(plain_site, "about.html")
    links = re.findall(r'<li><a href="(\.\./[^"]*)">', text)
    there = [
        name
        for name in (
            "lscb.duckdb",
            "exports/lscb.xlsx",
            "exports/data_dictionary.csv",
            "exports/datapackage.json",
        )
        if (published.parent / name).exists()
    ]
    assert links == [f"../{name}" for name in there]


def test_a_figure_is_rounded_where_it_is_read_and_exact_behind_it(
    plain_site: Path,
) -> None:
    seen = 0
    for path in sorted(plain_site.rglob("*.html"))[::7]:
        for exact, text in re.findall(
            r'<data value="([^"]*)">([^<]*)</data>', path.read_text(encoding="utf-8")
        ):
            decimals = len(text.partition(".")[2])
            assert text == as_people_round(float(exact), decimals), path
            seen += exact != text
    assert seen > 500


STRANGE = "<b>Bar & \"Quote\"</b> '🙂' ▲●▸◆ † ✗✓"


def test_what_is_sent_is_shown_and_never_obeyed(
    published: Path, tmp_path: Path
) -> None:
    """A text in every place that takes one from the file comes out as it went in."""
    file = tmp_path / "strange.duckdb"
    places = {
        "dim_areas": ["area_name", "official_name"],
        "dim_indicators": [
            *("title", "short_title", "unit", "numerator_text", "notes", "theme"),
            *("polarity_note", "source_agency"),
        ],
        "dim_periods": ["period_label"],
        "dim_value_statuses": ["status_label", "description"],
        "dim_decisions": ["subject", "decision"],
        "dim_data_challenges": ["subject", "challenge"],
        "fct_submissions": ["file_name", "reason"],
        "fct_quality_flags": ["message", "what_to_do", "file_name"],
        "fct_set_aside": ["message"],
        "dim_about": ["data_note"],
    }
    with changing(published, file) as connection:
        for table, columns in places.items():
            for column in columns:
                connection.execute(
                    f"update mart.{table} set {column} = {column} || ?", [STRANGE]
                )
    with duckdb.connect(str(file), read_only=True) as connection:
        facts = Facts(Published(connection))
        pages = board_pages.pages_of(facts, [("../x", STRANGE)])
        pages.append(indicator_pages.page_of(facts, facts.indicators[0]))
        pages += borough_pages.pages_of(facts)
        templates = site.renderer()
        shared = {
            "about": facts.about, "region": facts.region, "words": facts.words,
            "indicators": facts.indicators,
            "menu": [], "index": site.search_index(facts, pages),
            "plain": figures.plain, "shown": facts.shown, "date": site.said,
        }  # fmt: skip
        texts = {
            page.path: templates.get_template(page.template).render(
                page=page, citation=site.citation(facts, page), **shared, **page.context
            )
            for page in pages
        }
    for name, text in texts.items():
        assert "<b>Bar" not in text, name
        assert '"Quote"' not in text, name
        assert "&lt;b&gt;Bar &amp; &#34;Quote&#34;" in text, name


def test_a_sender_without_a_name_is_called_by_its_code(
    published: Path, tmp_path: Path
) -> None:
    file = tmp_path / "unnamed.duckdb"
    with changing(published, file) as connection:
        connection.execute(
            "update mart.fct_coverage set submitter = 'X9'"
            " where extract = 'police_offences'"
        )
    facts = Facts(Published.open(file))
    names = {
        row["submitter_name"]
        for row in facts.coverage
        if row["extract"] == "police_offences"
    }
    assert names == {"X9"}


def test_a_table_says_what_it_leaves_out() -> None:
    rows = [{"a": number} for number in range(1_001)]
    column = Column("a", "A", "number")
    table = Table.capped("x/many", "Many", [column], rows, note="First.")
    assert len(table.rows) == 1_000
    assert table.note == (
        "First. 1,000 of 1,001 rows are shown; the published file and the exports have"
        " all."
    )
    few = Table.capped("x/few", "Few", [column], rows[:1_000])
    assert (len(few.rows), few.note) == (1_000, "")
    assert (table.file, table.anchor) == ("data/x/many.csv", "many")
    named = Table("n", "N", [Column("b", "B"), column], [
        {"b": "z", "a": 1}, {"b": None, "a": 2}, {"b": "y", "a": 3}, {"b": "z", "a": 4}
    ])  # fmt: skip
    assert named.options("b") == ["y", "z"]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (12.25, 1, "12.3"),
        (12.35, 1, "12.4"),
        (2.675, 2, "2.68"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (-0.25, 1, "-0.3"),
        (1234.5, 0, "1,235"),
        (1234, 0, "1,234"),
        (1e-7, 4, "0.0000"),
        (12.3, 4, "12.3000"),
    ],
)
def test_a_half_goes_up(value: float, decimals: int, text: str) -> None:
    assert figures.rounded(value, decimals) == text


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([], 0),
        ([None], 0),
        ([3.0, 4.0, None], 0),
        ([10.0, 10.5, 400.25], 1),
        ([9.99, 9.99, 1.5], 2),
        ([1.0, 1.0, 1.5], 2),
        ([0.99, 0.5, 0.7], 3),
        ([0.1, 0.1, 0.25], 3),
        ([0.09, 0.05], 4),
        ([-50.5, -20.25], 1),
    ],
)
def test_about_three_figures_are_shown(values: list[float], decimals: int) -> None:
    assert decimals_for(values) == decimals


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C"], "A, B and C"),
    ],
)
def test_names_stand_as_in_a_sentence(names: list[str], said: str) -> None:
    assert indicator_pages.listed(names) == said


@pytest.mark.parametrize(
    ("values", "top"),
    [
        ([], None),
        ([None], None),
        ([0.0] * 9 + [5.0], None),
        ([1.0] * 9 + [1.8], None),
        ([1.0] * 9 + [1.81], 1.25),
        ([10.0] * 10 + [2.0, 100.0], 12.5),
        ([1.0, 3.0], 1.25),
    ],
)
def test_a_scale_ends_where_a_few_would_squash_the_rest(
    values: list[float], top: float | None
) -> None:
    assert indicator_pages.top_of(values) == top


def test_a_published_file_that_is_missing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make build"):
        Published.open(tmp_path / "none.duckdb")


def test_tables_are_read_under_their_headings(plain_site: Path) -> None:
    """A link leads to the page of the area or indicator that the row is about."""
    wrong = []
    for path in [plain_site / "index.html", plain_site / "boroughs.html"]:
        for table in read(path).tables.values():
            wrong += [row for row in table.rows if len(row) != len(table.header)]
    assert wrong == []
    text = page_text(plain_site, "boroughs.html")
    links = dict(re.findall(r'<a href="boroughs/(E09\d+)\.html">([^<]*)</a>', text))
    with_names = re.findall(
        r'href="boroughs/(E09\d+)\.html" aria-label="([^"]*), ([^"]*)">([^<]*)<', text
    )
    assert len(links) == 33 and len(with_names) == 33
    assert all(short == shown for _, _, short, shown in with_names)


def test_reasons_with_as_many_findings_are_told_in_the_order_of_their_words(
    published: Path, tmp_path: Path
) -> None:
    file = tmp_path / "alike.duckdb"
    with changing(published, file) as connection:
        places = connection.execute(
            "select rowid from mart.fct_set_aside order by all limit 3"
        ).fetchall()
        for word, (place,) in zip("bca", places, strict=True):
            connection.execute(
                "update mart.fct_set_aside set extract = 'one', reason_code = 'one',"
                " level = 'record', message = ? where rowid = ?",
                [word, place],
            )
    page = board_pages.quality(Facts(Published.open(file)))
    (aside,) = (
        each for each in page.context.values()
        if isinstance(each, Table) and "message" in {c.key for c in each.columns}
        and any(row.get("reason_code") == "one" for row in each.rows)
    )  # fmt: skip
    own = [row for row in aside.rows if row["reason_code"] == "one"]
    assert [row["message"] for row in own] == ["a", "b", "c"]


def test_long_tables_of_few_words_are_cards_in_a_narrow_window(
    plain_site: Path,
) -> None:
    """So that what was found, what moved and a borough's figures fit a telephone."""
    found = {
        path.relative_to(plain_site).as_posix(): set(
            re.findall(r'<table(?: id="([^"]*)")?[^>]* class="[^"]*\bas-cards\b', text)
        )
        for path in sorted(plain_site.rglob("*.html"))
        if "as-cards" in (text := path.read_text(encoding="utf-8"))
    }
    spines = [name for name in found if name.startswith("boroughs/")]
    assert len(spines) == 33
    assert all(found.pop(name) == {"spine"} for name in spines)
    assert found == {
        "changes.html": {"t-trends"},
        "index.html": {""},
        "quality.html": {"t-by-rule", "t-flags"},
    }
