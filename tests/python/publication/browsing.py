"""A browser without a window, the pages to try in it, and a web server for them."""

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

# Of rules that are kept axe need name no place: to name them all takes it longer than
# to look.
OPTIONS = {"runOnly": STANDARDS, "preload": False, "resultTypes": ["violations"]}
AXE = """options => axe.run(document, options).then(found => ({
  kept: found.passes.map(rule => rule.id),
  broken: found.violations.map(
    rule => [rule.id, rule.help, rule.nodes[0].html.slice(0, 200)]),
}))"""


def objections(page: Page) -> list[list[str]]:
    """What axe objects to in a page as it stands: rule, help, and where first.

    A page about which it had next to nothing to say was not looked at.
    """
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(AXE, OPTIONS)
    assert len(found["kept"]) > 15, page.url
    return found["broken"]


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
