"""Draw the board's pages from the published file: static HTML, no server, no network.

`draw_site(published_file, folder)` writes `folder/index.html` and all below it. The
pages are built beside the last ones and swapped in whole.
"""

import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lscb.pages import board_pages, borough_pages, indicator_pages
from lscb.pages.drawing import draw_all
from lscb.pages.explaining import explained
from lscb.pages.facts import Facts
from lscb.pages.figures import Figure, Page, Table, parts_of, plain
from lscb.pages.published import Published
from lscb.swapping import replaced_folder

TEMPLATES = Path(__file__).resolve().parent / "templates"
ASSETS = ("site.css", "site.js", "icon.svg")

# Shorter names in the menu.
MENU = {"index.html": "Overview", "about.html": "About"}

# What stands beside the site in a published folder, and what it is called there.
DOWNLOADS = {
    "../lscb.duckdb": "The published file (DuckDB)",
    "../exports/lscb.xlsx": "Workbook for analysts (Excel)",
    "../exports/data_dictionary.csv": "Data dictionary (CSV)",
    "../exports/datapackage.json": "Data package of all tables (Frictionless)",
}


def said(day: date | None) -> str:
    """A date as a reader sees it."""
    return "" if day is None else f"{day.day} {day:%B %Y}"


def citation(facts: Facts, page: Page) -> str:
    """How to cite a page."""
    about = facts.about
    sample = " Synthetic sample." if about["is_synthetic"] else ""
    return (
        f"{facts.region} Local Safeguarding Children Boards,"
        f" The {facts.region} LSCB model dataset: "
        f"{page.title}. Publication {about['publication_id']}, submissions as at "
        f"{said(about['as_of_date'])} ({page.path}). {about['state_said']}{sample}"
    )


def search_index(facts: Facts, pages: list[Page]) -> list[dict[str, str]]:
    """What the search finds: every page, every decision and challenge."""
    entries = [
        {
            "kind": page.kind,
            "path": page.path,
            "title": page.title,
            "text": page.summary,
        }
        for page in pages
        if page.path != "search.html"
    ]
    for row in facts.published.rows(
        "select 'Decision' as kind, '#decisions' as anchor, subject, decision as text,"
        " minute_paragraph from mart.dim_decisions union all"
        " select 'Challenge', '#challenges', subject, challenge, minute_paragraph"
        " from mart.dim_data_challenges order by all"
    ):
        entries.append(
            {
                "kind": row["kind"],
                "path": f"catalogue.html{row['anchor']}",
                "title": row["subject"],
                "text": f"{row['text'] or ''} (minutes {row['minute_paragraph']})",
            }
        )
    for entry in entries:
        entry["also"] = also_called(facts, f"{entry['title']} {entry['text']}")
    return entries


def also_called(facts: Facts, text: str) -> str:
    """Other words that people search for what a text speaks of."""
    spoken = text.lower()
    return ", ".join(
        said for words, said in facts.words["also_called"].items() if words in spoken
    )


def renderer() -> Environment:
    """The templates, all escaped, a missing name an error."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["explained"] = explained
    return templates


def write_pages(facts: Facts, pages: list[Page], folder: Path) -> None:
    """Draw the charts, write the pages, their CSV files and what they share."""
    figures = [figure for page in pages for figure in parts_of(page, Figure)]
    for figure, svg in zip(
        figures, draw_all([figure.drawing for figure in figures]), strict=True
    ):
        figure.svg = Markup(svg)
    templates = renderer()
    shared = {
        "about": facts.about,
        "region": facts.region,
        "words": facts.words,
        "indicators": facts.indicators,
        "menu": [
            (page.path, MENU.get(page.path, page.title))
            for page in pages
            if page.kind == "Page" and page.path != "search.html"
        ],
        "index": search_index(facts, pages),
        "plain": plain,
        "shown": facts.shown,
        "date": said,
    }
    for page in pages:
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = templates.get_template(page.template).render(
            page=page, citation=citation(facts, page), **shared, **page.context
        )
        path.write_text(text, encoding="utf-8")
        for table in parts_of(page, Table):
            table.write(folder)
    assets = folder / "assets"
    assets.mkdir()
    for name in ASSETS:
        shutil.copyfile(TEMPLATES / name, assets / name)


def draw_site(published_file: Path, folder: Path) -> int:
    """Write the site of a published file into a folder; how many pages it has."""
    published = Published.open(published_file)
    with closing(published.connection), replaced_folder(folder) as fresh:
        facts = Facts(published)
        downloads = [
            (path, text)
            for path, text in DOWNLOADS.items()
            if (folder / path).resolve().exists()
        ]
        pages = [
            *board_pages.pages_of(facts, downloads),
            *indicator_pages.pages_of(facts),
            *borough_pages.pages_of(facts),
        ]
        write_pages(facts, pages, fresh)
    return len(pages)
