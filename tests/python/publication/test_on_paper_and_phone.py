"""Pages on a telephone, on paper, in the dark; and what a reader does with them.

Nothing runs off the side or is cut, a board's two sheets of A4 are two, each figure is
seen on a telephone, tables sort, and boroughs are compared from the folder itself.
"""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lscb.pages.drawing import Drawing, draw
from publication.browsing import objections

DESK, PHONE, SMALL_PHONE = 1280, 390, 360
# A4 less its margins, in the pixels of a style sheet.
PAPER = 718
BOROUGH, CITY = "boroughs/E09000008.html", "boroughs/E09000001.html"
RATE, SURVEY, SMALL, NONE = (
    f"indicators/{code}.html" for code in ("SG23", "SG29", "SG42a", "SG42b")
)
# What stands beyond the edge of what holds it, or of the page, and is cut off there.
CUT = """width => [...document.querySelectorAll('main *')].filter(e => {
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  if (!box.width || !box.height || e.closest('.hidden, svg *')) return false;
  const hides = style.overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1;
  return hides || box.right > width + 1 || box.left < -1;
}).map(e => e.outerHTML.slice(0, 120))"""
ORDER = """table => [...table.tBodies[0].rows].map(row => ({
  head: row.classList.contains('group') ? row.textContent : '',
  partial: row.classList.contains('partial'),
  number: row.querySelector('data') ? Number(row.querySelector('data').value) : null,
}))"""


def open_at(page: Page, file: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(file.as_uri())


# What is measured of each page at every width.
MEASURED = """width => ({
  width: document.documentElement.scrollWidth, labels: (%s)(),
  over_names: (%s)(), letters: (%s)(), cut: (%s)(width), breaks: (%s)(),
  text: document.querySelector('main').innerText,
})"""


class Looks:
    """Each page opened once at each width, as paper where it is that wide."""

    def __init__(self, site: Path, paths: list[str], browser: Browser) -> None:
        self.site, self.paths, self.browser = site, paths, browser
        self.seen: dict[int, dict[str, dict[str, Any]]] = {}

    def at(self, width: int) -> dict[str, dict[str, Any]]:
        """What is measured of each page, by its path."""
        if width not in self.seen:
            media = "print" if width == PAPER else "screen"
            with self.browser.new_context() as context:
                page = context.new_page()
                page.emulate_media(media=media)
                self.seen[width] = {
                    path: self.measured(page, path, width) for path in self.paths
                }
        return self.seen[width]

    def measured(self, page: Page, path: str, width: int) -> dict[str, Any]:
        """What is measured of one page."""
        open_at(page, self.site / path, width)
        scripts = (LABELS, OVER_NAMES, LETTERS, CUT, BREAKS)
        return page.evaluate(MEASURED % scripts, width)


@pytest.fixture(scope="module")
def looks(site: Path, paths: list[str], browser: Browser) -> Looks:
    """What is measured of every page that is tried."""
    return Looks(site, paths, browser)


@pytest.mark.parametrize("width", [DESK, PHONE, SMALL_PHONE])
def test_no_page_is_wider_than_its_window(looks: Looks, width: int) -> None:
    """Only tables and charts scroll sideways, each within its own frame."""
    for path, seen in looks.at(width).items():
        assert seen["width"] <= width, path


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("path", ["index.html", "quality.html", BOROUGH, CITY])
def test_what_a_board_reads_first_never_scrolls_sideways(
    site: Path, page: Page, path: str, width: int
) -> None:
    open_at(page, site / path, width)
    frames = page.evaluate(
        "[...document.querySelectorAll('.scroll:has(.as-cards)')].map("
        "e => [e.scrollWidth, e.clientWidth])"
    )
    assert frames
    assert all(inner <= outer for inner, outer in frames)


def boxes_of(page: Page, selector: str) -> list[dict]:
    """Where the visible elements are, and what they say."""
    return page.evaluate(
        "s => [...document.querySelectorAll(s)].filter(e => e.checkVisibility()).map("
        "e => ({text: e.innerText.trim(), left: e.getBoundingClientRect().left,"
        " right: e.getBoundingClientRect().right}))",
        selector,
    )


@pytest.mark.parametrize("path", [BOROUGH, CITY])
def test_a_telephone_shows_value_direction_and_comparison(
    site: Path, page: Page, path: str
) -> None:
    open_at(page, site / path, PHONE)
    cards = boxes_of(page, "#spine tbody tr:not(.group)")
    assert len(cards) > 40
    for part in ("value", "direction", "standing"):
        seen = boxes_of(page, f"#spine tbody .s-{part}")
        filled = page.locator(f"#spine tbody .s-{part}:not(:empty)").count()
        assert len([box for box in seen if box["text"]]) >= filled > 10
        assert all(box["left"] >= 0 and box["right"] <= PHONE for box in seen)
    named = page.locator("#spine tbody .s-direction").first.evaluate(
        "e => getComputedStyle(e, '::before').content"
    )
    assert "Since the period before" in named
    when = page.locator("#spine tbody .s-period").first.evaluate(
        "e => getComputedStyle(e, '::before').content"
    )
    assert "Period" in when


@pytest.mark.parametrize("path", [RATE, SURVEY, SMALL])
def test_a_telephone_lists_every_authority_of_a_ranking(
    site: Path, page: Page, path: str
) -> None:
    open_at(page, site / path, PHONE)
    lists = page.locator(".values").all()
    assert lists
    for each in lists:
        lines = each.locator("li:not(.head)")
        assert lines.count() == 33
        for line in lines.all():
            assert line.is_visible()
            box = line.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE
            figure = line.locator("b").text_content().strip()
            assert figure
    page.set_viewport_size({"width": DESK, "height": 800})
    assert not page.locator(".values").first.is_visible()


def test_a_borough_and_an_indicator_are_two_sheets_of_a4(
    site: Path, paths: list[str], page: Page
) -> None:
    two_sided = [path for path in paths if "/" in path]
    assert len(two_sided) > 5
    for path in two_sided:
        page.goto((site / path).as_uri())
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        assert 1 <= printed.count(b"/Type /Page\n") <= 2, path
        if path.startswith("boroughs/"):
            assert printed.count(b"/Type /Page\n") == 2, path


# The smallest letters of each chart of the newest period, in points: in the browser's
# pixels a point is 3/4.
LETTERS = """() => Object.fromEntries([...document.querySelectorAll('.pair figure')]
  .filter(e => e.checkVisibility()).map(figure => [figure.id, Math.min(
    ...[...figure.querySelectorAll('svg text')].filter(e => e.textContent.trim()).map(
      e => parseFloat(getComputedStyle(e).fontSize) * .75
        * Math.hypot(e.getScreenCTM().a, e.getScreenCTM().b)))]))"""
SMALLEST = 6.9
# What a chart of values draws as points over what it writes beside its lines.
OVER_NAMES = """() => [...document.querySelectorAll('.ranked svg')].flatMap(svg => {
  const names = [...svg.querySelectorAll('.role-axis-label text')].map(
    e => e.getBoundingClientRect()).filter(box => box.width);
  return [...svg.querySelectorAll('.rows_marks path')].map(
    e => e.getBoundingClientRect()).filter(box => names.some(name =>
      box.left < name.right - .5 && box.right > name.left + .5
      && box.top < name.bottom - .5 && box.bottom > name.top + .5));
}).length"""


def test_letters_of_maps_and_rankings_can_be_read_on_paper(looks: Looks) -> None:
    read = 0
    for path, seen in looks.at(PAPER).items():
        if path.startswith("indicators/"):
            sizes = seen["letters"]
            assert not {k: size for k, size in sizes.items() if size < SMALLEST}, path
            read += len(sizes)
    assert read > 2


def test_no_point_of_a_ranking_covers_a_name(
    site: Path, looks: Looks, page: Page
) -> None:
    for path, seen in looks.at(DESK).items():
        assert seen["over_names"] == 0, path
    for path in (SMALL, NONE):
        open_at(page, site / path, DESK)
        assert page.evaluate(OVER_NAMES) == 0, path
    assert page.locator(".none").count() > 1
    assert (
        "every figure that there is equals 0"
        in page.locator(".none").first.inner_text()
    )


# So many sheets of A4 at most, for the default sample.
SHEETS = {
    "index.html": 4,
    "quality.html": 5,
    "coverage.html": 4,
    "changes.html": 2,
    "compare.html": 5,
    "indicators.html": 2,
}


@pytest.mark.parametrize("path", SHEETS)
def test_a_page_of_the_region_is_few_sheets_of_a4(
    site: Path, page: Page, path: str
) -> None:
    page.goto((site / path).as_uri())
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= printed.count(b"/Type /Page\n") <= SHEETS[path]


def test_charts_and_what_they_have_in_common_share_a_sheet(
    site: Path, page: Page
) -> None:
    """No heading stands at the foot of a sheet, and none asks for a sheet in vain."""
    page.emulate_media(media="print")
    open_at(page, site / "index.html", PAPER)
    trends = page.locator("#trends")
    assert trends.evaluate("e => getComputedStyle(e).breakBefore") == "page"
    assert not trends.locator("h2").is_visible()
    heads = trends.locator("figure h3").all_text_contents()
    assert heads and all(head.startswith("London by quarter: ") for head in heads)
    open_at(page, site / NONE, PAPER)
    assert page.locator("#trends .none").is_visible()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == 1


def test_nothing_is_cut_on_paper(looks: Looks) -> None:
    for path, seen in looks.at(PAPER).items():
        assert seen["cut"] == [], path


# How the parts of each visible table are broken over sheets.
BREAKS = """() => [...document.querySelectorAll('table')].filter(
  e => e.checkVisibility() && e.tHead.checkVisibility()).map(table => ({
    head: getComputedStyle(table.tHead).display,
    kept: getComputedStyle(table.tHead).breakInside,
    rows: [...new Set([...table.rows].map(row => getComputedStyle(row).breakInside))],
    buttons: [...table.tHead.querySelectorAll('button')].filter(
      e => getComputedStyle(e).display !== 'contents').length,
  }))"""


def test_heads_are_repeated_on_each_sheet_and_rows_are_whole(looks: Looks) -> None:
    """A button in a head is no box of its own there: it would not be repeated."""
    tables = 0
    for path, seen in looks.at(PAPER).items():
        for table in seen["breaks"]:
            assert table == {
                **{"head": "table-header-group", "kept": "avoid"},
                **{"rows": ["avoid"], "buttons": 0},
            }, path
            tables += 1
    assert tables > 20


def test_paper_has_what_is_grave_and_counts_the_rest(site: Path, page: Page) -> None:
    page.emulate_media(media="print")
    open_at(page, site / "quality.html", PAPER)
    rows = page.locator("#t-flags tbody tr")
    shown = page.locator("#t-flags tbody tr:visible")
    first = shown.locator("td:first-child").all_text_contents()
    assert set(first) == {"error", "warning"}
    hidden = rows.count() - shown.count()
    assert (
        f"The {hidden} notices are counted above"
        in page.locator("#flags > .paper").inner_text()
    )
    counted = page.locator("#t-by-rule tbody tr").filter(has_text="notice")
    numbers = counted.locator("td:nth-child(3)").all_text_contents()
    assert sum(map(int, numbers)) == hidden > 100
    for folded in page.locator(".folded").all():
        assert not folded.is_visible()


def test_paper_sets_the_chosen_side_by_side_and_all_in_lines(
    site: Path, page: Page
) -> None:
    page.emulate_media(media="print")
    open_at(page, site / "compare.html", PAPER)
    row = page.locator("#side-by-side tbody tr:not(.group)").first
    boxes = [cell.bounding_box() for cell in row.locator("[data-area]").all()]
    assert len({round(box["y"]) for box in boxes}) == 3
    page.goto("about:blank")
    page.goto(f"{open_file(site)}#E09000007+E09000008")
    assert page.locator("#side-by-side thead").is_visible()
    boxes = [cell.bounding_box() for cell in row.locator("[data-area]:visible").all()]
    assert len(boxes) == 2 and len({round(box["y"]) for box in boxes}) == 1
    assert page.evaluate(CUT, PAPER) == []


@pytest.mark.parametrize("path", [BOROUGH, CITY])
def test_both_sheets_of_a_borough_have_their_legend(
    site: Path, page: Page, path: str
) -> None:
    page.emulate_media(media="print")
    open_at(page, site / path, PAPER)
    assert page.locator("main > .key").is_visible()
    marks = page.locator("#spine tbody .s-standing").all_text_contents()
    (said,) = page.locator("main > .key").all_text_contents()
    shown = {mark for mark in marks if mark[0] not in "cxz-"}
    assert len(shown) > 3 and all(mark in said for mark in shown)
    assert page.locator(".scorecard .legend").is_visible()
    assert page.locator(".scorecard").evaluate(
        "e => getComputedStyle(e).breakBefore"
    ) == ("page")


LABELS = """() => [...document.querySelectorAll('.canvas svg')].map(svg =>
  [...svg.querySelectorAll('.mark-text.role-axis-label text')].filter(
    e => getComputedStyle(e).opacity > 0).map(e => {
    const box = e.getBoundingClientRect();
    return [e.textContent, box.left, box.right, box.top, box.bottom];
  }).filter(e => e[2] > e[1]))"""


@pytest.mark.parametrize(
    "width", [DESK, PHONE, PAPER], ids=["desk", "telephone", "paper"]
)
def test_no_label_of_an_axis_lies_on_another(looks: Looks, width: int) -> None:
    labels = 0
    for path, seen in looks.at(width).items():
        # Those of the page of coverage are slanted: their boxes say nothing.
        for those in seen["labels"] if path != "coverage.html" else []:
            labels += len(those)
            for i, (text, left, right, top, bottom) in enumerate(those):
                for other, left2, right2, top2, bottom2 in those[i + 1 :]:
                    apart = min(right, right2) <= max(left, left2) + 0.3
                    apart |= min(bottom, bottom2) <= max(top, top2) + 0.3
                    assert apart, (path, text, other)
    assert labels > 100


@pytest.mark.parametrize(
    "periods",
    [
        ["AY2007-08", "AY2008-09"],
        *(
            [f"{year}-{year - 1999:02}Q1" for year in range(2001, 2001 + n)]
            for n in (*(3, 4, 5, 8, 12, 13), 24)
        ),
        ["2007", "2008", "2009"],
        ["W2007", "W2008"],
        ["Winter 2007-08", "Winter 2008-09", "Winter 2009-10"],
    ],
)
@pytest.mark.parametrize("columns", [4, 5])
def test_labels_of_periods_have_room_in_and_between_panels(
    page: Page, periods: list[str], columns: int
) -> None:
    """Of two panels side by side, whatever the periods are called."""
    panels = ["One", "Two"]
    rows = [
        {
            **{"kind": "value", "panel": panel, "period_id": period, "run": "1"},
            **{"indicator_value": 1.0, "lower_limit": 0.5, "upper_limit": 1.5},
            **{"point": "whole", "after": "", "hover": ""},
        }
        for panel in panels
        for period in periods
    ]
    given = {"rows": rows, "breaks": [], "gaps": [], "domain": [0, 2], "shared": True}
    drawn = draw(
        Drawing(
            "small_multiples",
            given | {"columns": columns, "panels": panels, "periods": periods},
            "Labels",
        )
    )
    page.set_content(f'<div class="canvas">{drawn}</div>')
    (those,) = page.evaluate(LABELS)
    below = sorted((left, right) for text, left, right, *_ in those if text in periods)
    assert len(below) >= 2 and len(below) % 2 == 0
    for (_, right), (left, _) in pairwise(below):
        assert left - right > 1


TOLD_TO_CLICK = re.compile(
    r"\b(see (them|who|the table|it|more|below)|click|follow the link|its files\))",
    re.I,
)


def test_paper_tells_nobody_to_click(looks: Looks) -> None:
    for path, seen in looks.at(PAPER).items():
        if "/" in path or path == "index.html":
            assert not TOLD_TO_CLICK.search(seen["text"]), path
            assert "Compare with them" not in seen["text"], path


@pytest.mark.parametrize("width", [DESK, PHONE, PAPER])
def test_the_figure_before_is_seen_with_its_period(
    site: Path, page: Page, width: int
) -> None:
    if width == PAPER:
        page.emulate_media(media="print")
    open_at(page, site / BOROUGH, width)
    seen = boxes_of(page, "#spine tbody .s-before")
    told = [" ".join(box["text"].split()) for box in seen if box["text"]]
    assert len(told) > 40
    dated = [
        text for text in told if re.fullmatch(r"([\d.,]+|[cxz≠]) \S*\d{4}\S*", text)
    ]
    assert dated and {*told} - {*dated} <= {"none"}
    assert all(box["left"] >= 0 and box["right"] <= width for box in seen)


def test_a_sorted_table_keeps_what_is_partial_apart(site: Path, page: Page) -> None:
    """Neither the first nor the last in the order, whichever way it goes."""
    open_at(page, site / RATE, DESK)
    table = page.locator("table[id$='-intervals']").first
    table.evaluate("e => { e.closest('details').open = true; }")
    head = table.locator("th", has_text="Value").first
    for direction in ("ascending", "descending"):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == direction
        rows = table.evaluate(ORDER)
        (start,) = (i for i, row in enumerate(rows) if row["head"] == PARTIAL)
        ordered, apart = rows[:start], rows[start + 1 :]
        numbers = [row["number"] for row in ordered]
        assert numbers == sorted(numbers, reverse=direction == "descending")
        assert not any(row["partial"] for row in ordered)
        assert [row["partial"] for row in apart] == [True, True]
    table.locator("th", has_text="Area").first.locator("button").click()
    rows = table.evaluate(ORDER)
    assert len(rows) == 33 and not any(row["head"] for row in rows)


PARTIAL = "Partial: not ranked"


def test_the_first_column_stays_when_a_table_is_scrolled(
    site: Path, page: Page
) -> None:
    open_at(page, site / "compare.html", DESK)
    frame = page.locator(".scroll").first
    frame.evaluate("e => { e.scrollLeft = 900; }")
    first = page.locator("#side-by-side tbody tr:not(.group) th").first
    assert first.bounding_box()["x"] >= frame.bounding_box()["x"] - 1
    heads = page.locator("#side-by-side thead th[data-area]")
    assert heads.first.bounding_box()["x"] < frame.bounding_box()["x"]


def chosen_of(page: Page) -> list[str]:
    """The boroughs whose columns are seen."""
    return page.locator("#side-by-side thead [data-area]:visible").evaluate_all(
        "all => all.map(e => e.dataset.area)"
    )


@pytest.mark.parametrize("from_server", [False, True])
def test_the_chooser_keeps_its_choice_in_the_address(
    site: Path, served: str, page: Page, from_server: bool
) -> None:
    page.goto(f"{served}/compare.html" if from_server else open_file(site))
    assert len(chosen_of(page)) == 33
    page.get_by_label("Croydon").check()
    page.get_by_label("Camden").check()
    assert chosen_of(page) == ["E09000007", "E09000008"]
    address = page.url
    assert address.endswith("#E09000007+E09000008")
    assert "2 of 33 shown" in page.locator("#chosen").text_content()
    page.reload()
    assert chosen_of(page) == ["E09000007", "E09000008"]
    page.goto("about:blank")
    page.goto(address)
    assert chosen_of(page) == ["E09000007", "E09000008"]
    assert page.get_by_label("Croydon").is_checked()
    page.get_by_label("Camden").uncheck()
    assert page.url.endswith("#E09000008")
    page.get_by_role("button", name="Clear the choice").click()
    page.wait_for_function("location.hash === ''")
    assert len(chosen_of(page)) == 33
    assert not page.errors


def open_file(site: Path) -> str:
    return (site / "compare.html").as_uri()


def test_a_borough_leads_to_its_neighbours_side_by_side(site: Path, page: Page) -> None:
    page.goto((site / BOROUGH).as_uri())
    named = page.locator("p:has(> a[href*='compare.html#']) > a").all_text_contents()
    page.get_by_role("link", name="Compare with them").click()
    page.wait_for_url("**/compare.html#*")
    heads = page.locator("#side-by-side thead [data-area]:visible")
    assert heads.count() == len(named)
    assert "E09000008" in chosen_of(page)


def test_without_scripts_everything_can_be_read(site: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(open_file(site))
    assert not page.locator("#chooser").is_visible()
    assert page.locator("#side-by-side thead [data-area]").count() == 33
    assert page.locator("#side-by-side thead [data-area]").last.is_visible()
    page.goto((site / BOROUGH).as_uri())
    assert page.locator("#spine svg").count() > 30
    context.close()


DRESSES = {
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "less movement": {"reduced_motion": "reduce"},
}


@pytest.mark.parametrize("dress", DRESSES)
def test_pages_are_accessible_in_every_dress(
    site: Path, browser: Browser, dress: str
) -> None:
    context = browser.new_context(**DRESSES[dress])
    page = context.new_page()
    for path, width in (
        *(("index.html", PHONE), ("compare.html", DESK), ("search.html", DESK)),
        *((BOROUGH, DESK), (BOROUGH, PHONE), (RATE, DESK), (SMALL, PHONE)),
    ):
        open_at(page, site / path, width)
        if path == "compare.html":
            page.get_by_label("Camden").check()
        assert not objections(page), (path, width)
    if dress == "dark":
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != (
            "rgb(255, 255, 255)"
        )
    context.close()
