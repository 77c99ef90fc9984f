"""Each page lists the marks and words that it shows, every one and no other.

Read from the written pages by a road of its own: the texts of a page, those of its
drawings and of what they say when pointed at included; the terms as the glossary has
them; the marks as signs among the texts.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from build_help import PROJECT
from publication.road import WORDS

TERMS = {
    term["term"]: term
    for section in yaml.safe_load(
        (PROJECT / "docs" / "_glossary.yml").read_text(encoding="utf-8")
    )
    for term in section["terms"]
}
FORM_OF = sorted(
    ((form, name) for name, term in TERMS.items() for form in term.get("forms", ())),
    key=lambda pair: -len(pair[0]),
)
VOID = {"br", "hr", "img", "input", "meta", "link", "path", "line", "rect", "use"}
UNLINKED = {"a", "button", "summary", "svg", "label", "thead", "caption"}
HEADS = {"h1", "h2", "h3"}
SIGNS = "◆●■▲▼▸†‡→≠"
HELD = [f"{w['mark']} {w['label']}" for w in WORDS["target_standing"].values()]
MOVED = [said for said in WORDS["direction"].values() if said[0] in SIGNS]


@dataclass
class Text:
    """A text of a page, the tags that it stands in, and the term that it links to."""

    said: str
    within: tuple[str, ...]
    term: str = ""
    closed: bool = False
    unlinked: bool = False


@dataclass
class Told:
    """What a page shows, and what it lists."""

    texts: list[Text] = field(default_factory=list)
    listed: dict[str, str] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)


class Listener(HTMLParser):
    """Reads the main part of a page but for what a script or a reader alone shows."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Told()
        self.open: list[tuple[str, dict[str, str]]] = []
        # The classes of all that is open, as each tag opened.
        self.classes: list[frozenset[str]] = [frozenset()]
        self.entry = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "dd" and self.inside("words"):
            self.told.anchors[self.entry] = given.get("id", "")
        if tag not in VOID:
            self.open.append((tag, given))
            own = given.get("class", "").split()
            self.classes.append(self.classes[-1].union(own))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop()[0] == tag, tag
            self.classes.pop()

    def inside(self, name: str) -> bool:
        return name in self.classes[-1]

    def handle_data(self, data: str) -> None:
        said = " ".join(data.split())
        tags = [tag for tag, _ in self.open]
        if not said or "main" not in tags or self.inside("cite"):
            return
        if self.inside("words"):
            if tags[-1] == "dt":
                self.entry = said
            elif tags[-1] == "dd":
                self.told.listed[self.entry] = said
            return
        if self.inside("hidden") or any("hidden" in given for _, given in self.open):
            return
        if {"option", "textarea"} & {*tags}:
            return
        given = self.open[-1][1]
        term = given["href"] if given.get("class") == "term" else ""
        closed = any(t == "details" and "open" not in g for t, g in self.open)
        outer = tags[:-1] if term else tags
        unlinked = bool((UNLINKED | HEADS) & {*outer})
        unlinked |= self.inside("phone") or self.inside("paper")
        self.told.texts.append(Text(said, tuple(tags), term, closed, unlinked))


def told_by(path: Path) -> Told:
    listener = Listener()
    listener.feed(path.read_text(encoding="utf-8"))
    assert not [tag for tag, _ in listener.open if tag != "html"]
    return listener.told


def written(form: str) -> re.Pattern[str]:
    """A form as a whole word; one in lower case may begin a sentence."""
    said = re.escape(form)
    if form[0].islower():
        said = f"(?:{said}|{re.escape(form[0].upper() + form[1:])})"
    return re.compile(rf"(?<![\w-]){said}(?![\w-])")


FORMS = [(form[1:], written(form), name) for form, name in FORM_OF]


@cache
def terms_in(said: str) -> tuple[str, ...]:
    """The terms of a text; what a longer form says, a shorter one within does not."""
    found = []
    for part, pattern, name in FORMS:
        if part in said and pattern.search(said):
            found.append(name)
            said = pattern.sub("\n", said)
    return tuple(found)


def marks_in(text: Text) -> set[str]:
    """The marks of a text: signs, an asterisk after a figure, letters before words."""
    said, found = text.said, set()
    for moved in MOVED:
        if re.search(re.escape(moved) + r"(?! \()", said):
            found.add(moved)
            said = re.sub(re.escape(moved) + r"(?! \()", "", said)
    found |= {held for held in HELD if held in said}
    sign = ""
    for letter in said + " ":
        if sign and letter != sign[-1]:
            found.add(sign)
            sign = ""
        if letter in SIGNS:
            sign += letter
    if re.search(r"(^|[\d†])\*([† ]|$)", said):
        found.add("*")
    head = said.split(" ")[0]
    if head in ("c", "x", "z", "-") and re.fullmatch(r"\S( [a-z].*)?", said):
        found.add(head)
    states = {word["mark"] for word in WORDS["coverage_status"].values()}
    if text.within[-1] == "text" and head in states:
        found.add(head)
    return found


@pytest.fixture(scope="module")
def read(site: Path) -> dict[str, Told]:
    return {
        path.relative_to(site).as_posix(): told_by(path)
        for path in sorted(site.rglob("*.html"))
    }


def test_each_page_lists_the_marks_it_shows_and_no_other(read: dict[str, Told]) -> None:
    seen: set[str] = set()
    for name, told in read.items():
        shown = {mark for text in told.texts for mark in marks_in(text)}
        assert told.listed.keys() - TERMS.keys() == shown, name
        assert all(told.listed[mark].endswith(".") for mark in shown), name
        seen |= shown
    stood = {word["mark"] for word in WORDS["standing"].values()}
    assert len(read) > 80 and len(stood & seen) > 10
    assert {"c", "x", "z", "*", "‡", "P", "L", "≠", *HELD} <= seen
    for name, told in read.items():
        if name.startswith("boroughs/"):
            assert told.listed.keys() & {*HELD}, name


def test_each_page_lists_the_terms_it_uses_and_no_other(read: dict[str, Told]) -> None:
    many = 0
    for name, told in read.items():
        used = {term for text in told.texts for term in terms_in(text.said)}
        listed = told.listed.keys() & TERMS.keys()
        assert listed == used, name
        for term in listed:
            assert told.listed[term] == " ".join(TERMS[term]["means"].split()), name
        many += len(listed)
    assert many > 1_000


def test_a_term_is_explained_where_it_first_stands(read: dict[str, Told]) -> None:
    """At its first place that is open, or where there is none at one that is closed."""
    links = 0
    for name, told in read.items():
        at = {f"#{anchor}": term for term, anchor in told.anchors.items() if anchor}
        linked = [text for text in told.texts if text.term]
        assert len({text.term for text in linked}) == len(linked), name
        for text in linked:
            assert terms_in(text.said) == (at[text.term],), (name, text.said)
        by_term = {at[text.term]: text for text in linked}
        firsts: dict[str, Text] = {}
        for text in sorted(told.texts, key=lambda text: text.closed):
            for term in () if text.unlinked else terms_in(text.said):
                firsts.setdefault(term, text)
        assert by_term.keys() == firsts.keys(), name
        for term, first in firsts.items():
            assert by_term[term] is first, (name, term)
        links += len(firsts)
    assert links > 1_000


def test_a_number_that_is_hidden_says_so_where_it_stands(read: dict[str, Told]) -> None:
    """Whoever meets a c has its sentence on the page, and that of the word beside."""
    met = 0
    for name, told in read.items():
        if any(text.said.startswith("c suppressed") for text in told.texts):
            assert "neither zero nor missing" in told.listed["c"], name
            assert {"Suppression", "Suppressed at source", "Secondary suppression"} & (
                told.listed.keys()
            ), name
            met += 1
    assert met > 30


def test_no_form_is_of_two_terms() -> None:
    forms = [form.lower() for form, _ in FORM_OF]
    assert len(forms) == len(set(forms))
    anchors = [re.sub(r"\W+", "-", name.lower()).strip("-") for name in TERMS]
    assert len(anchors) == len(set(anchors)) > 60
