"""What a reader meets: every page opens, is accessible, fits, and can be worked.

From the folder, and from a web server of this machine, in a Chromium without a window.
Of pages that one template makes (an indicator's, a borough's), three are tried here and
all by `make browse`, which asks the pages that were built.
"""

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

STANDARDS = [*("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")]
SAMPLES = (
    *("index.html", "indicators/SG31.html", "boroughs/E09000007.html"),
    *("boroughs.html", "coverage.html", "quality.html", "catalogue.html"),
)
# Two inches from the edge of a small telephone to the other.
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium of this system."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed (Debian's package is called chromium)")
    with sync_playwright() as running:
        # Within a container the browser cannot make a sandbox of its own as root.
        started = running.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of the size of a laptop, which remembers requests and errors."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.requested, page.errors = [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            page.errors.append(message.text) if message.type == "error" else None
        ),
    )
    yield page
    context.close()


class Quiet(SimpleHTTPRequestHandler):
    """A web server that does not write a line for each request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """The address of the site on a web server of this machine."""
    handler = partial(Quiet, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def paths(site: Path, request: pytest.FixtureRequest) -> list[str]:
    """The pages to be tried, as paths below the site."""
    every = sorted(path.relative_to(site) for path in site.rglob("*.html"))
    if request.config.getoption("--published") is None:
        of_a_kind = {
            parent: [path for path in every if path.parent == parent]
            for parent in {path.parent for path in every if path.parent != Path()}
        }
        kept = [path for paths in of_a_kind.values() for path in spread(paths)]
        every = [path for path in every if path.parent == Path()] + sorted(kept)
    return list(map(str, every))


def spread(pages: list[Path]) -> list[Path]:
    """The first of some pages, the one in the middle, and the last."""
    return sorted({pages[0], pages[len(pages) // 2], pages[-1]})


def test_every_page_opens_and_is_accessible(
    site: Path, paths: list[str], page: Page
) -> None:
    """From the folder: no error, no request off the machine, nothing axe objects to."""
    options = json.dumps({"runOnly": STANDARDS, "preload": False})
    for path in paths:
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


def test_every_page_opens_from_a_web_server(
    paths: list[str], served: str, page: Page
) -> None:
    for path in paths:
        answer = page.goto(f"{served}/{path}")
        assert answer.ok, path
    assert not page.errors
    assert all(url.startswith(served) for url in page.requested)


@pytest.mark.parametrize("path", SAMPLES)
def test_a_page_fits_a_telephone(site: Path, page: Page, path: str) -> None:
    """Only tables and charts scroll sideways, each within its own frame."""
    page.set_viewport_size(PHONE)
    page.goto((site / path).as_uri())
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


@pytest.mark.parametrize("area", ["E09000001", "E09000008"])
def test_a_scorecard_fits_a_desk(site: Path, page: Page, area: str) -> None:
    """At 1280 pixels its last column stands within the window."""
    page.goto((site / f"boroughs/{area}.html").as_uri())
    right = page.evaluate(
        "document.querySelector('.scorecard table').getBoundingClientRect().right"
    )
    assert right <= 1280


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


def test_a_borough_prints_on_two_pages_of_a4(
    site: Path, paths: list[str], page: Page
) -> None:
    boroughs = [path for path in paths if path.startswith("boroughs/")]
    assert len(boroughs) > 2
    for path in boroughs:
        page.goto((site / path).as_uri())
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") <= 2, path
