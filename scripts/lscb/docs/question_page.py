"""Write docs/questions.md: the questions of analyses/, as the published file has them.

The analyses are where a question is asked; the page is for pasting into whatever tool
has the published file open.
"""

import re
from pathlib import Path

from jinja2 import Environment

from lscb.settings import PROJECT

ANALYSES = PROJECT / "analyses"
MACRO = PROJECT / "macros" / "engines" / "listed.sql"
PAGE = PROJECT / "docs" / "questions.md"
HEAD = """# Questions that boards and newcomers ask

Written from `analyses/` by `make docs`; change a question there.

Each is one `select` on the published file, to paste into any tool that has it open
([connect.md](connect.md) says how). To ask of one borough or indicator alone, add it
under `where`: `area_name = '…'`, `indicator_id = '…'`.
"""


def questions(folder: Path = ANALYSES) -> dict[str, tuple[str, str]]:
    """By name, what a row of the answer is, and the query of the published file."""
    found = {}
    for path in sorted(folder.glob("*.sql")):
        lines = as_published(path.read_text(encoding="utf-8")).splitlines()
        about = [line[3:] for line in lines if line.startswith("-- ")]
        query = "\n".join(line for line in lines if not line.startswith("-- "))
        found[path.stem] = (" ".join(about), query.strip())
    return found


def as_published(text: str) -> str:
    """An analysis as DuckDB reads it in the published file."""
    jinja = Environment(autoescape=False, keep_trailing_newline=True)
    listed = jinja.from_string(MACRO.read_text(encoding="utf-8")).module
    return jinja.from_string(text).render(
        ref=lambda model: f"mart.{model}",
        var=lambda _, default: default,
        listed=lambda expression: listed.duckdb__listed(expression).strip(),
    )


def asked(name: str) -> str:
    """A question as a sentence."""
    return re.sub("^.", lambda first: first[0].upper(), name.replace("_", " ")) + "?"


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, (about, query) in questions().items():
        parts.append(f"## {asked(name)}\n\n{about}\n\n```sql\n{query};\n```\n")
    return "\n".join(parts)


def out_of_step() -> list[str]:
    """The page, where it is not what the analyses make of it."""
    is_there = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
    return [] if is_there else [str(PAGE.relative_to(PROJECT))]


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
