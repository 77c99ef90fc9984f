"""The marks and words that a page shows, each explained at its foot.

`explained` reads what a template wrote. Where a term of the glossary first stands it
becomes a link to its sentence, and what the page shows of marks and terms is listed,
nothing else. The sentences of marks stand in words.yml, those of terms in the glossary.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from markupsafe import Markup, escape

from lscb.glossary import Term, terms

TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][\w-]*)(?P<given>[^>]*?)(?P<void>/?)>")
VOID = frozenset(("br", "hr", "img", "input", "meta", "link", "col"))
CLASSES = re.compile(r'\bclass="([^"]*)"')

# What is not shown: a name for a screen reader alone, words to choose from.
UNSEEN_TAGS = frozenset(("option", "textarea", "script", "style"))
UNSEEN = re.compile(r'\bclass="[^"]*\bhidden\b|\bhidden(?=\s|$|>)')
# What of a tag's attributes can change a place; of `details` also whether it is open.
TELLS = re.compile(r"class=|hidden")
# Numbers and white space, which most texts are, hold neither a mark nor a term.
BARE = re.compile(r"[\d.,\s]*")
# Where no link can stand: within one, in a drawing, where a script makes a button.
NO_LINK = frozenset(
    ("a", "button", "summary", "svg", "label", "thead", "caption", "h1", "h2", "h3")
)
# What paper does not show, by its class; a part that is closed is not either.
OFF_PAPER = frozenset(("screen", "phone", "toc", "tools", "filters", "crumb", "here"))
ON_PAPER_ALONE = "paper"


@dataclass(frozen=True)
class Place:
    """Where a text stands: what is around it."""

    tag: str = ""
    is_unseen: bool = False
    may_link: bool = True
    is_closed: bool = False
    on_paper: bool = True
    on_screen: bool = True

    def inside(self, tag: str, given: str) -> "Place":
        """The place within a tag that opens here."""
        found = CLASSES.search(given)
        classes = set(found[1].split()) if found else set()
        closed = tag == "details" and not re.search(r"\bopen\b", given)
        return Place(
            tag,
            self.is_unseen or tag in UNSEEN_TAGS or bool(UNSEEN.search(given)),
            self.may_link and tag not in NO_LINK and "phone" not in classes,
            self.is_closed or closed,
            self.on_paper and not closed and not classes & OFF_PAPER,
            self.on_screen and ON_PAPER_ALONE not in classes,
        )


# A site says the same again and again: a tag, the name of a borough.
inside = lru_cache(maxsize=2**12)(Place.inside)


@dataclass(frozen=True)
class Explanation:
    """One entry of the list at the foot: a mark or a term, and its sentence."""

    name: str
    means: Markup
    on_paper: bool
    anchor: str = ""


@dataclass(frozen=True)
class Explained:
    """A page's main part with its terms linked, and what it shows of them."""

    body: Markup
    marks: list[Explanation]
    terms: list[Explanation]


@dataclass
class Seen:
    """What a page shows, in the order in which it was found: is it on paper too?"""

    found: dict[str, bool] = field(default_factory=dict)

    def add(self, name: str, place: Place) -> None:
        """Note that something stands in a place."""
        self.found[name] = self.found.get(name, False) or place.on_paper


def texts_of(source: str) -> Iterator[tuple[int, int, Place]]:
    """Every text of a piece of HTML between two tags: from, to, and its place."""
    stack = [Place()]
    last = 0
    for tag in TAG.finditer(source):
        if tag.start() > last:
            yield last, tag.start(), stack[-1]
        last = tag.end()
        end, name, given, void = tag.groups()
        if end:
            stack.pop()
        elif not void and name not in VOID:
            tells = name == "details" or TELLS.search(given)
            stack.append(inside(stack[-1], name, given if tells else ""))
    if last < len(source):
        yield last, len(source), stack[-1]


SPACE = r"(?:\s|&nbsp;)+"


def pattern_of(form: str) -> str:
    """A form as it stands in a text: one in lower case may begin a sentence."""
    first, rest = re.escape(form[0]), form[1:]
    if form[0].islower():
        first = f"[{form[0]}{form[0].upper()}]"
    return first + SPACE.join(re.escape(word) for word in rest.split(" "))


FORMS = {form: term for term in terms() for form in term.forms}
WORDS = re.compile(
    rf"(?<![\w-])(?:{'|'.join(map(pattern_of, sorted(FORMS, key=len, reverse=True)))})"
    r"(?![\w-])"
)


def term_of(text: str) -> Term:
    """The term of which a text is a form."""
    said = re.sub(SPACE, " ", text)
    return FORMS.get(said) or FORMS[said[0].lower() + said[1:]]


@lru_cache(maxsize=2**16)
def terms_in(text: str) -> list[tuple[str, int, int]]:
    """Each term that a text names: its key, from, to."""
    return [(term_of(word[0]).key, *word.span()) for word in WORDS.finditer(text)]


# Marks that are letters stand at the head of a text, alone or before their words.
LETTER = re.compile(r"(?P<mark>[cxz-])(?: [a-z].*)?")
SIGN = re.compile(r"[◆●■▲▼▸]+|[†‡→≠]|(?:^|(?<=[\d†]))\*(?=[†\s]|$)")


class Marks:
    """The marks that pages show, by what they are called, with their sentences."""

    def __init__(self, words: dict, region: str) -> None:
        said = {
            word["mark"]: f"{word['label']}: {word['means']}"
            for word in words["standing"].values()
            if "means" in word
        }
        for kind in ("mark_of_figure", "other_mark"):
            said |= {word["mark"]: word["note"] for word in words[kind].values()}
        self.means = {mark: each.format(region=region) for mark, each in said.items()}
        self.directions = {
            words["direction"][code]: means
            for code, means in words["direction_means"].items()
        }
        self.coverage = {
            word["mark"]: word["label"] for word in words["coverage_status"].values()
        }
        self.targets = {
            f"{word['mark']} {word['label']}": word["means"]
            for word in words["target_standing"].values()
        }
        self.held = re.compile("|".join(map(re.escape, self.targets)))
        self.moved = re.compile(
            "|".join(rf"{re.escape(said)}(?! \()" for said in self.directions)
        )

    def found_in(self, text: str, place: Place) -> Iterator[str]:
        """The marks of one text."""
        text = " ".join(text.split())
        yield from self.moved.findall(text)
        yield from self.held.findall(text)
        yield from SIGN.findall(self.moved.sub("", text))
        if letter := LETTER.fullmatch(text):
            yield letter["mark"]
        if place.tag == "text" and text.split(" ")[0] in self.coverage:
            yield text.split(" ")[0]

    def explained(self, seen: Seen) -> list[Explanation]:
        """Those that a page shows, each with its sentence.

        What looks like a mark and is none may stand in what somebody sent.
        """
        means = self.means | self.directions | self.targets | self.coverage
        return [
            Explanation(mark, escape(f"{said}."), seen.found[mark])
            for mark, said in means.items()
            if mark in seen.found
        ]


def explained(source: str, words: dict, region: str) -> Explained:
    """The main part of a page, with what explains it."""
    # Every piece of `Markup` would be `Markup` again, which takes five times as long.
    source = str(source)
    marks, seen_marks, seen_terms = Marks(words, region), Seen(), Seen()
    links: dict[str, tuple[bool, int, int]] = {}
    for start, stop, place in texts_of(source):
        if place.is_unseen:
            continue
        if BARE.fullmatch(source, start, stop) and place.tag != "text":
            continue
        text = source[start:stop]
        for mark in marks.found_in(unescape(text), place):
            seen_marks.add(mark, place)
        for key, begin, end in terms_in(text):
            seen_terms.add(key, place)
            if place.may_link and place.on_screen:
                at = (place.is_closed, start + begin, start + end)
                links[key] = min(links.get(key, at), at)
    return Explained(
        Markup(linked(source, links)),
        marks.explained(seen_marks),
        [
            Explanation(
                term.term, escape(term.means), seen_terms.found[term.key], term.key
            )
            for term in sorted(terms(), key=lambda term: term.term.lower())
            if term.key in seen_terms.found
        ],
    )


def linked(source: str, links: dict[str, tuple[bool, int, int]]) -> str:
    """The source with a link from each term's first place to its sentence."""
    parts, last = [], 0
    for start, stop, key in sorted((at[1], at[2], key) for key, at in links.items()):
        parts += [
            source[last:start],
            f'<a class="term" href="#word-{key}" aria-describedby="word-{key}">',
            source[start:stop],
            "</a>",
        ]
        last = stop
    return "".join([*parts, source[last:]])
