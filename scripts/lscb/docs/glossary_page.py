"""Write docs/glossary.md from docs/_glossary.yml."""

import textwrap

from lscb.glossary import Term, sections
from lscb.settings import PROJECT

PAGE = PROJECT / "docs" / "glossary.md"
HEAD = """# Glossary

Written from `docs/_glossary.yml` by `make docs`; change a term there.

One sentence for each term. Where a mart has a column for it, its name is in brackets.
"""
WIDTH = 98


def paragraph(term: Term) -> str:
    """A term, its sentence and its columns."""
    said = f"**{term.term}.** {term.means}"
    if term.columns:
        names = ", ".join(f"`{name}`" for name in term.columns)
        said = f"{said.removesuffix('.')} [{names}]."
    return textwrap.fill(said, WIDTH, break_long_words=False, break_on_hyphens=False)


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for heading, terms in sections().items():
        parts += [f"## {heading}\n", *(f"{paragraph(term)}\n" for term in terms)]
    return "\n".join(parts)


def out_of_step() -> list[str]:
    """The page, where it is not what the terms make of it."""
    is_there = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
    return [] if is_there else [str(PAGE.relative_to(PROJECT))]


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
