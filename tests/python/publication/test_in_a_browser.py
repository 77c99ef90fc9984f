"""What a reader meets: every page opens, is accessible, fits, and can be worked.

From the folder, and from a web server of this machine, in a Chromium without a window.
Of pages that one template makes (an indicator's, a borough's), three are tried here and
all by `make browse`, which asks the pages that were built.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from publication.browsing import objections


def test_every_page_opens_and_is_accessible(
    site: Path, paths: list[str], page: Page
) -> None:
    """From the folder: no error, no request off the machine, nothing axe objects to."""
    for path in paths:
        page.goto((site / path).as_uri())
        assert not objections(page), path
    assert not page.errors
    assert all(url.startswith("file:") for url in page.requested)


def test_every_page_opens_from_a_web_server(
    paths: list[str], served: str, page: Page
) -> None:
    for path in paths:
        answer = page.goto(f"{served}/{path}")
        assert answer.ok, path
    assert not page.errors
    assert all(url.startswith(served) for url in page.requested)


def test_search_finds(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.fill("#search", "knife")
    page.press("#search", "Enter")
    page.wait_for_url("**/search.html?q=knife")
    shown = page.locator("#results li:visible")
    assert "SG19" in shown.first.text_content()
    assert shown.count() < 8
    page.fill("#find", "camden")
    shown.filter(has_text="Camden").locator("a").first.click()
    assert page.locator("h1").text_content() == "Camden"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("stabbing", {"SG19"}),
        ("in care", {"SG36", "SG37"}),
        ("runaway", {"SG38", "CX03"}),
        ("CP plan", {"SG08", "SG09", "SG10"}),
        ("truancy", {"SG31"}),
    ],
)
def test_search_knows_what_else_it_is_called(
    site: Path, page: Page, asked: str, found: set[str]
) -> None:
    page.goto((site / "search.html").as_uri())
    page.fill("#find", asked)
    shown = page.locator("#results li:visible a").all_text_contents()
    codes = {title.split()[0] for title in shown}
    assert found <= codes
    assert len(shown) < 12


def test_filters_filter_and_links_carry_them(served: str, page: Page) -> None:
    page.goto(f"{served}/indicators.html")
    rows = page.locator("#t-indicators tbody tr:visible")
    everything = rows.count()
    page.select_option("#f-indicators-theme", label="Security and stability")
    assert 0 < rows.count() < everything
    fewer = rows.count()
    assert f"{fewer} of {everything}" in page.locator(".count").text_content()
    page.goto(page.url)
    assert rows.count() == fewer
    assert "theme" in page.url


def test_the_keyboard_alone_is_enough(site: Path, page: Page) -> None:
    page.goto((site / "indicators" / "SG31.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        tag = page.evaluate("document.activeElement.tagName")
        if tag == "BODY":  # past the last element the browser itself has the focus
            break
        reached.add(tag)
        focused = page.evaluate(
            "(e => [e.outerHTML.slice(0, 99), getComputedStyle(e).outlineStyle])"
            "(document.activeElement)"
        )
        assert focused[1] != "none", focused
    assert {"A", "SUMMARY", "DIV"} <= reached
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None


def test_a_link_into_a_closed_part_opens_it(site: Path, page: Page) -> None:
    page.goto((site / "indicators" / "SG31.html").as_uri() + "#t-SG31-all")
    assert page.locator("#t-SG31-all").is_visible()


def test_a_citation_can_be_copied(site: Path, page: Page) -> None:
    page.goto((site / "about.html").as_uri())
    page.click("[data-copy]")
    assert page.locator("#copied").text_content() in (
        "Copied.",
        "Selected: press Ctrl+C.",
    )


def test_a_download_is_the_file_that_is_named(
    site: Path, served: str, page: Page
) -> None:
    page.goto(f"{served}/coverage.html")
    page.locator("#submissions summary").click()
    with page.expect_download() as waiting:
        page.locator("#submissions a[download]").click()
    given = Path(waiting.value.path()).read_bytes()
    assert given == (site / "data" / "coverage" / "submissions.csv").read_bytes()


# Each point that a chart of points draws, and by how much it stands out of its drawing
# or is cut there.
POINTS_CUT = """() => [...document.querySelectorAll(
  'figure .rows_marks path, .spine .dot')].filter(e => {
    if (e.checkVisibility()) {
      const frame = e.closest('svg').getBoundingClientRect();
      const box = e.getBoundingClientRect();
      const out = box.left < frame.left - .5 || box.right > frame.right + .5
        || box.top < frame.top - .5 || box.bottom > frame.bottom + .5;
      return out || e.closest('[clip-path]');
    }
  }).map(e => e.outerHTML.slice(0, 200))"""


def test_every_point_of_a_chart_is_whole(
    site: Path, paths: list[str], page: Page
) -> None:
    points = 0
    for path in paths:
        page.goto((site / path).as_uri())
        assert page.evaluate(POINTS_CUT) == [], path
        points += page.locator("figure .rows_marks path, .spine .dot").count()
    assert points > 500
