"""The written pages: in step with seeds and prose, whole, and without dead links."""

import csv
import re
import shutil
from pathlib import Path

import pytest
import yaml

from build_help import PROJECT
from lscb.docs.indicator_pages import NOT_WRITTEN, ProseError, gaps, render_pages

DOCS = PROJECT / "docs"
LINK = re.compile(r"\]\(([^)\s]+)\)")
WRITTEN = render_pages()


def read_seed(name: str) -> list[dict[str, str]]:
    path = PROJECT / "seeds" / f"{name}.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("page", WRITTEN, ids=str)
def test_a_page_is_what_seeds_and_prose_make_of_it(page: Path) -> None:
    assert (PROJECT / page).read_text(encoding="utf-8") == WRITTEN[page], (
        f"{page} is not in step with seeds/ and _prose.yml: run make docs"
    )


def test_no_page_stands_that_is_not_written() -> None:
    standing = {
        path.relative_to(PROJECT)
        for folder in ("indicators", "data-sources")
        for path in (DOCS / folder).glob("*.md")
    }
    assert standing == set(WRITTEN)


def test_every_indicator_is_told_once_and_whole() -> None:
    text = "\n".join(WRITTEN.values())
    for row in read_seed("catalogue/indicators"):
        [told] = re.findall(
            rf"^## {row['indicator_id']} · .*?(?=^<a id=|\Z|^<!--)",
            text,
            flags=re.MULTILINE | re.DOTALL,
        )
        for part in (
            "Why it matters", "What is counted", "Read it with care", "Periods",
            "Where it comes from", "What the minutes say", "Owner", "Next review",
        ):  # fmt: skip
            assert f"**{part}.**" in told, (row["indicator_id"], part)
        assert row["provenance"] in told


def test_every_column_stands_on_its_agencys_page() -> None:
    pages = {
        extract: WRITTEN[Path("docs/data-sources", f"{agency}.md")]
        for agency, described in yaml.safe_load(
            (DOCS / "data-sources" / "_prose.yml").read_text(encoding="utf-8")
        )["agencies"].items()
        for extract in described["extracts"]
    }
    for row in read_seed("reference/extract_columns"):
        section = pages[row["extract"]].split(f"## `{row['extract']}`")[1]
        mark = " (P)" if row["is_personal"] == "true" else ""
        assert re.search(
            rf"^\| `{re.escape(row['column_name'])}`[^|]*{re.escape(mark)} \|",
            section,
            flags=re.MULTILINE,
        ), (row["extract"], row["column_name"])


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in LINK.findall(text):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} links to {link}, which is not there"
        if anchor:
            assert f'<a id="{anchor}"></a>' in target.read_text(encoding="utf-8")


def test_terms_of_the_glossary_stand_once_and_their_columns_exist() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\*\*(.+?)\.\*\*", text, flags=re.MULTILINE)
    assert len(terms) == len(set(terms)) > 50
    models = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (PROJECT / "models" / "marts").glob("_*.yml")
    )
    for names in re.findall(r"\[(`[^\]]+`)\]", text):
        for name in re.findall(r"`(\w+)`", names):
            assert f"- name: {name}\n" in models, name


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Seeds and pages, to be spoilt."""
    for part in ("seeds", "docs"):
        shutil.copytree(PROJECT / part, tmp_path / part)
    return tmp_path


def test_a_fact_that_changes_in_the_seed_changes_on_the_page(copy: Path) -> None:
    seed = copy / "seeds" / "catalogue" / "indicators.csv"
    text = seed.read_text(encoding="utf-8")
    title = "Private fostering arrangements notified"
    seed.write_text(text.replace(title, "Arrangements | notified"), encoding="utf-8")
    page = Path("docs/indicators/maltreatment-and-neglect.md")
    assert f"## SG13 · {title}" in WRITTEN[page]
    assert "## SG13 · Arrangements \\| notified" in render_pages(copy)[page]


def spoil_prose(copy: Path, old: str, new: str) -> None:
    prose = copy / "docs" / "indicators" / "_prose.yml"
    text = prose.read_text(encoding="utf-8")
    assert text.count(old) == 1
    prose.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  SG13:\n", "  SG99:\n", ("prose", "SG13", "SG99")),
        ("  Context: >-", "  Contexts: >-", ("theme", "Context", "Contexts")),
    ],
)
def test_prose_and_seeds_that_disagree_are_named_and_the_pages_go_on(
    copy: Path, old: str, new: str, said: tuple[str, str, str]
) -> None:
    spoil_prose(copy, old, new)
    what, missing, extra = said
    fresh = [line for line in gaps(copy) if line not in gaps()]
    [lacks, extras] = [line.split(": ") for line in fresh]
    assert lacks[0] == f"no {what} in _prose.yml for"
    assert missing in lacks[1].split(", ")
    assert extras == [f"{what} in _prose.yml, not in seeds", extra]

    def unwritten(pages: dict[Path, str]) -> int:
        return sum(text.count(NOT_WRITTEN) for text in pages.values())

    added = unwritten(render_pages(copy)) - unwritten(WRITTEN)
    assert added == (2 if what == "prose" else 1)


def test_codes_of_no_set_are_named(copy: Path) -> None:
    spoil_prose(copy, "SG25: [alcohol]", "SG25: [spirits]")
    with pytest.raises(ProseError, match="no codes of the set spirits"):
        render_pages(copy)


def test_the_prose_is_of_this_catalogue() -> None:
    """A new indicator may wait for its prose; prose of none is a slip of the pen.

    Another catalogue shares no code with it, and its prose is still to be written.
    """
    prose = yaml.safe_load((DOCS / "indicators" / "_prose.yml").read_text("utf-8"))
    codes = {row["indicator_id"] for row in read_seed("catalogue/indicators")}
    told = set(prose["indicators"])
    if not told & codes:
        pytest.skip("the catalogue is another than the prose speaks of")
    assert told - codes == set()


def test_the_hook_is_what_ci_runs() -> None:
    text = (PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    [repository] = yaml.safe_load(text)["repos"]
    [hook] = repository["hooks"]
    assert (hook["entry"], hook["language"]) == ("make lint", "system")
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^test: .*\blint\b", makefile, flags=re.MULTILINE)


# What each product reads is found in the code that writes it.
WRITERS = {
    "board_pages": ("pages/**/*.py", "pages/**/*.sql"),
    "analysts_workbook": ("exporting/workbook.py", "exporting/sql/*_sheet.sql"),
    "explore_education_statistics": ("exporting/ees.py", "exporting/sql/ees_*.sql"),
}
MART_NAME = re.compile(r"\b(?:dim|fct|indicator)_[a-z_]+\b")


def marts() -> set[str]:
    return {path.stem for path in (PROJECT / "models" / "marts").glob("*.sql")}


def exposures() -> dict[str, set[str]]:
    path = PROJECT / "models" / "marts" / "_marts__exposures.yml"
    return {
        exposure["name"]: {
            re.fullmatch(r"ref\('(\w+)'\)", each).group(1)
            for each in exposure["depends_on"]
        }
        for exposure in yaml.safe_load(path.read_text(encoding="utf-8"))["exposures"]
    }


@pytest.mark.parametrize("name", WRITERS)
def test_an_exposure_names_what_its_writer_reads(name: str) -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for pattern in WRITERS[name]
        for path in (PROJECT / "scripts" / "lscb").glob(pattern)
    )
    assert exposures()[name] == set(MART_NAME.findall(code)) & marts()


def test_every_exposure_has_its_writer_and_the_package_holds_every_mart() -> None:
    found = exposures()
    assert found.pop("data_package") == marts()
    assert set(found) == set(WRITERS)
