"""What a reader meets: every page opens, is accessible, fits, and can be worked."""

import json
from pathlib import Path

import pytest

pytest.importorskip(
    "axe_playwright_python", reason="axe-playwright-python is not installed"
)

from axe_playwright_python.base import AXE_SCRIPT

STANDARDS = [*("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")]
SAMPLES = (
    *("index.html", "indicators/SG31.html", "boroughs/E09000007.html"),
    *("boroughs.html", "coverage.html", "quality.html", "catalogue.html"),
)
# Two inches from the edge of a small telephone to the other.
PHONE = {"width": 360, "height": 740}


def paths(site: Path) -> list[str]:
    """All pages, as paths below the site."""
    return sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))


def test_every_page_opens_and_is_accessible(site: Path, page) -> None:
    """From the folder: no error, no request off the machine, nothing axe objects to."""
    options = json.dumps({"runOnly": STANDARDS, "preload": False})
    for path in paths(site):
        page.goto((site / path).as_uri())
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate(f"() => axe.run(document, {options})")
        assert len(found["passes"]) > 15, path
        said = [
            (broken["id"], broken["help"], broken["nodes"][0]["html"][:200])
            for broken in found["violations"]
        ]
        assert not said, path
    assert not page.errors
    assert all(url.startswith("file:") for url in page.requested)


def test_every_page_opens_from_a_web_server(site: Path, served: str, page) -> None:
    for path in paths(site):
        answer = page.goto(f"{served}/{path}")
        assert answer.ok, path
        first_paint = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
        )
        assert first_paint < 1000, (path, first_paint)
    assert not page.errors
    assert all(url.startswith(served) for url in page.requested)


@pytest.mark.parametrize("path", SAMPLES)
def test_a_page_fits_a_telephone(site: Path, page, path: str) -> None:
    """Only tables and charts scroll sideways, each within its own frame."""
    page.set_viewport_size(PHONE)
    page.goto((site / path).as_uri())
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


def test_search_finds(site: Path, page) -> None:
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


def test_filters_filter_and_links_carry_them(served: str, page) -> None:
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


def test_the_keyboard_alone_is_enough(site: Path, page) -> None:
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


def test_a_link_into_a_closed_part_opens_it(site: Path, page) -> None:
    page.goto((site / "indicators" / "SG31.html").as_uri() + "#t-SG31-all")
    assert page.locator("#t-SG31-all").is_visible()


def test_a_citation_can_be_copied(site: Path, page) -> None:
    page.goto((site / "about.html").as_uri())
    page.click("[data-copy]")
    assert page.locator("#copied").text_content() in (
        "Copied.",
        "Selected: press Ctrl+C.",
    )


def test_a_download_is_the_file_that_is_named(site: Path, served: str, page) -> None:
    page.goto(f"{served}/coverage.html")
    page.locator("#submissions summary").click()
    with page.expect_download() as waiting:
        page.locator("#submissions a[download]").click()
    given = Path(waiting.value.path()).read_bytes()
    assert given == (site / "data" / "coverage" / "submissions.csv").read_bytes()


def test_a_borough_prints_on_one_page_of_a4(site: Path, page) -> None:
    for path in sorted((site / "boroughs").glob("*.html")):
        page.goto(path.as_uri())
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") == 1, path.name
