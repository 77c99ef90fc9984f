"""The terms of docs/_glossary.yml: what each means, and how it stands in a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from lscb.settings import PROJECT

SOURCE = PROJECT / "docs" / "_glossary.yml"


@dataclass(frozen=True)
class Term:
    """One term: its sentence, the columns that hold it, its forms in a text."""

    term: str
    means: str
    columns: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The term as an anchor of a page."""
        return re.sub(r"\W+", "-", self.term.lower()).strip("-")


@cache
def sections(source: Path = SOURCE) -> dict[str, tuple[Term, ...]]:
    """The terms by the heading that they stand under."""
    return {
        section["section"]: tuple(
            Term(
                each["term"],
                each["means"],
                tuple(each.get("columns", ())),
                tuple(each.get("forms", ())),
            )
            for each in section["terms"]
        )
        for section in yaml.safe_load(source.read_text(encoding="utf-8"))
    }


def terms() -> Iterator[Term]:
    """Every term, in the order of the glossary."""
    for those in sections().values():
        yield from those
