"""A term is explained where it stands: to pointer, key and finger, and on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from publication.browsing import objections
from publication.test_words_told import TERMS, terms_in

DESK, PHONE, PAPER = 1280, 390, 718
BOROUGH, INDICATOR = "boroughs/E09000008.html", "indicators/SG23.html"
# Every text that is to be seen, but for the list itself.
TEXTS = """() => {
  const walker = document.createTreeWalker(
    document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = [], range = document.createRange();
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement;
    range.selectNodeContents(walker.currentNode);
    const is_seen = range.getClientRects().length > 0;
    if (is_seen && !around.closest('.words, .cite, title, .hidden'))
      found.push(walker.currentNode.textContent.split(/\\s+/).join(' ').trim());
  }
  return found;
}"""
SIZE = "e => parseFloat(getComputedStyle(e).fontSize)"
DRESSES = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "less movement": {"reduced_motion": "reduce"},
}


def explanation_of(page: Page, term: Locator) -> str:
    anchor = term.get_attribute("aria-describedby")
    return page.locator(f"#{anchor}").text_content()


def assert_explained(page: Page, term: Locator) -> None:
    """The explanation is open, is this term's, and lies within the window."""
    tip = page.get_by_role("tooltip")
    assert tip.text_content() == explanation_of(page, term)
    box, window = tip.bounding_box(), page.viewport_size
    assert box["x"] >= 0 and box["x"] + box["width"] <= window["width"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= window["height"]


def assert_closed(page: Page) -> None:
    page.wait_for_function("document.getElementById('tip').hidden")


@pytest.mark.parametrize("path", ["index.html", BOROUGH, INDICATOR, "quality.html"])
def test_a_term_is_explained_by_pointer_and_keyboard(
    site: Path, page: Page, path: str
) -> None:
    page.goto((site / path).as_uri())
    shown = [term for term in page.locator("a.term").all() if term.is_visible()]
    assert len(shown) > 4
    for term in (shown[0], shown[len(shown) // 2], shown[-1]):
        term.hover()
        assert_explained(page, term)
        page.keyboard.press("Escape")
        assert_closed(page)
        page.mouse.move(0, 0)
        term.focus()
        assert_explained(page, term)
        page.keyboard.press("Escape")
        assert_closed(page)
        assert term.evaluate("e => e === document.activeElement")
        term.blur()
    assert not page.errors


def test_an_explanation_stays_while_it_is_pointed_at(site: Path, page: Page) -> None:
    page.goto((site / BOROUGH).as_uri())
    term = page.locator("a.term:visible").first
    term.hover()
    page.get_by_role("tooltip").hover()
    page.wait_for_timeout(500)
    assert_explained(page, term)
    page.mouse.move(1, 1)
    assert_closed(page)


def test_a_click_or_enter_leads_to_the_list(site: Path, page: Page) -> None:
    page.goto((site / BOROUGH).as_uri())
    term = page.locator("a.term:visible").first
    term.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith(term.get_attribute("href"))
    assert_closed(page)


@pytest.mark.parametrize("path", ["index.html", BOROUGH, INDICATOR])
def test_a_tap_explains_and_another_leads_to_the_list(
    site: Path, browser: Browser, path: str
) -> None:
    context = browser.new_context(
        viewport={"width": PHONE, "height": 800}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto((site / path).as_uri())
    shown = [term for term in page.locator("a.term").all() if term.is_visible()]
    for term in shown[:6]:
        address = page.url
        term.tap()
        assert_explained(page, term)
        assert page.url == address
        page.keyboard.press("Escape")
        assert_closed(page)
    shown[0].tap()
    page.locator("h1").tap()
    assert_closed(page)
    shown[0].tap()
    shown[0].tap()
    assert page.url.endswith(shown[0].get_attribute("href"))
    context.close()


def test_without_scripts_a_term_leads_to_its_sentence(
    site: Path, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / INDICATOR).as_uri())
    term = page.locator("a.term:visible").first
    term.click()
    assert page.url.endswith(term.get_attribute("href"))
    assert page.locator(term.get_attribute("href")).is_visible()
    context.close()


@pytest.mark.parametrize("dress", DRESSES)
def test_an_open_explanation_is_accessible(
    site: Path, browser: Browser, dress: str
) -> None:
    context = browser.new_context(
        viewport={"width": PHONE, "height": 800}, **DRESSES[dress]
    )
    page = context.new_page()
    for path in (BOROUGH, INDICATOR):
        page.goto((site / path).as_uri())
        term = page.locator("a.term:visible").first
        term.focus()
        assert_explained(page, term)
        assert not objections(page), path
    context.close()


def test_paper_lists_the_words_that_it_shows(
    site: Path, paths: list[str], page: Page
) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 800})
    listed_at_all = 0
    for path in paths:
        page.goto((site / path).as_uri())
        used = {term for text in page.evaluate(TEXTS) for term in terms_in(text)}
        entries = page.locator(".words dt:visible")
        listed = set(entries.all_text_contents()) & TERMS.keys()
        assert listed == used, path
        listed_at_all += len(listed)
        if listed:
            size = entries.first.evaluate(
                "e => parseFloat(getComputedStyle(e).fontSize)"
            )
            assert size >= 7 * 96 / 72, path
    assert listed_at_all > 100
