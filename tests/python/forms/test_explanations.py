"""A question that is explained, and the figure that changes afterwards.

Barnet fills in its form and explains on its sheet, Enfield sends text files, Brent has
the same figures and explains nothing, Camden explains figures that it does not have.
"""

import re
import shutil
from pathlib import Path

import duckdb
import openpyxl
import pytest
from filling import RETURN, header_of, rows_of

from bench.template import Template
from build_help import PROJECT, build_from, environment, made_once
from lscb.exporting.exports import write_exports
from lscb.pages.site import draw_site
from lscb.publishing.history import Place
from lscb.publishing.publish import publish
from lscb.quality.data_docs import build_data_docs
from lscb.sheets.returns import write_return_sheets
from lscb.write_forms import make_forms
from publication.test_canaries import files_below, found_in

pytestmark = pytest.mark.long

PERIOD = "2008-09Q1"
BARNET, BRENT, CAMDEN, ENFIELD = "E09000003", "E09000005", "E09000007", "E09000010"
#: Far above what is usual: 90 of 100 referrals, where 5 to 60 per cent are.
UNUSUAL = "SG14"
#: More completed within time than there were: no question, but an error.
WRONG = "SG02"
NAMES = ["Millicent Canarybrook", "Osbert Canaryfield"]
#: What Barnet says on its sheet, in the order of its columns.
SAID = (
    (UNUSUAL, 90, 100, "real change", None, f"As {NAMES[0]} told us"),
    (WRONG, 50, 40, "estimate", "numerator_above_denominator", None),
    (UNUSUAL, 90, 100, "estimate", "no_such_rule", None),
    (UNUSUAL, 90, 100, "it is so", "figure_spikes", NAMES[0]),
    ("SG03", "x", None, "not collected", None, None),
    ("SG04", 7, None, "estimate", None, None),
)
RETURNED = "pi_code,numerator,denominator"
EXPLAINED = "pi_code,numerator,denominator,reason,rule,explanation"
WAREHOUSE = "warehouse.duckdb"


def fill_in(form: Path, to: Path, unusual: int) -> None:
    """Barnet's form: figures, and explanations that speak of 90 of 100."""
    book = openpyxl.load_workbook(form)
    rows = {row["pi_code"].value: row for row in rows_of(book[RETURN])}
    for code, top, bottom in ((UNUSUAL, unusual, 100), (WRONG, 50, 40)):
        rows[code]["numerator"].value = top
        rows[code]["denominator"].value = bottom
    sheet = book["explanations"]
    first = header_of(sheet, "pi_code") + 1
    for line, said in enumerate(SAID, start=first):
        for place, value in enumerate(said, start=1):
            sheet.cell(line, place).value = value
    to.parent.mkdir(parents=True, exist_ok=True)
    book.save(to)


def send(landing: Path, extract: str, sender: str, *lines: str) -> None:
    path = landing / extract / f"{extract}__{sender}__{PERIOD}__v1.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, ""]))


@pytest.fixture(scope="session")
def home(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two warehouses: `before` and `after` Barnet corrected its figure."""

    def make(folder: Path) -> None:
        with environment(folder / "none", folder / "lake", folder / "none.duckdb"):
            assert make_forms(PERIOD, senders=["Barnet"], out=folder / "forms") == 0
        (form,) = folder.rglob("lscb_return__*.xlsx")
        landing, name = folder / "landing", form.name
        fill_in(form, landing / RETURN / name, unusual=90)
        for sender in ("Brent", "Camden", "Enfield"):
            top = 95 if sender == "Camden" else 90
            send(landing, RETURN, sender, RETURNED, f"{UNUSUAL},{top},100")
        for sender in ("Camden", "Enfield"):
            said = f"{UNUSUAL},90,100,counted otherwise,,{NAMES[1]} knows"
            send(landing, "explanations", sender, EXPLAINED, said)
        for when in ("before", "after"):
            built = build_from(template, landing, folder, as_of="2008-12-31")
            built.marts.close()
            (folder / when).mkdir()
            shutil.copy(folder / WAREHOUSE, folder / when)
            # The sheet of explanations comes again as it was.
            fill_in(form, landing / RETURN / name.replace("v1", "v2"), unusual=91)
            write_return_sheets(folder / when / WAREHOUSE, folder / when / "returns")

    return made_once(tmp_path_factory, "explained", make)


def asked(
    home: Path, when: str, area: str, code: str = UNUSUAL
) -> dict[str, tuple[str, str | None]]:
    """The open findings about a figure: by rule, severity and what explains it."""
    with duckdb.connect(str(home / when / WAREHOUSE), read_only=True) as warehouse:
        found = warehouse.execute(
            "select rule_code, severity, explained_reason from mart.fct_quality_flags"
            " where state <> 'resolved'"
            " and (area_code, indicator_id, period_id) = (?, ?, ?)",
            [area, code, PERIOD],
        ).fetchall()
    return {rule: (severity, reason) for rule, severity, reason in found}


def section(home: Path, when: str, area: str, title: str) -> list[tuple]:
    """The rows of a section of an authority's return sheet."""
    book = openpyxl.load_workbook(home / when / "returns" / f"{area}.xlsx")
    (sheet,) = (s for s in book.worksheets if s.title.startswith(title))
    return [row for row in sheet.iter_rows(min_row=3, values_only=True) if row[-1]]


def test_what_is_explained_stays_a_finding_with_its_reason(home: Path) -> None:
    found = asked(home, "before", BARNET)
    assert found["figure_outside_plausible_range"] == ("warning", "real change")
    same = asked(home, "before", BRENT)
    assert same.keys() <= found.keys()
    assert {reason for _, reason in found.values()} == {"real change"}
    assert {reason for _, reason in same.values()} == {None}


def test_files_of_text_explain_as_well(home: Path) -> None:
    found = asked(home, "before", ENFIELD)
    assert found and {reason for _, reason in found.values()} == {"counted otherwise"}


def test_nobody_explains_the_figure_of_another(home: Path) -> None:
    """Camden names the figure that Brent has, and its own is another."""
    assert asked(home, "before", BRENT).keys() == asked(home, "before", CAMDEN).keys()
    for area in (BRENT, CAMDEN):
        found = asked(home, "before", area)
        assert found and {reason for _, reason in found.values()} == {None}


def test_an_error_cannot_be_explained(home: Path) -> None:
    found = asked(home, "before", BARNET, WRONG)
    assert found["numerator_above_denominator"] == ("error", None)
    assert all(
        reason is None for severity, reason in found.values() if severity == "error"
    )
    to_do = section(home, "before", BARNET, "Do these")
    assert any(WRONG in str(row[3]) for row in to_do)


def test_a_figure_that_is_missing_is_explained_by_its_mark(home: Path) -> None:
    found = asked(home, "before", BARNET, "SG03")
    assert found == {"figure_missing": ("warning", "not collected")}


def test_what_is_explained_is_nothing_to_do(home: Path) -> None:
    for when, wanted in (("before", False), ("after", True)):
        kind = "figure_outside_plausible_range"
        questions = section(home, when, BARNET, "What we ask you")
        (own,) = (r for r in questions if r[5] == kind and UNUSUAL in r[0])
        assert ("explained by you: real change" in own[4]) is not wanted
    missing = {row[3] for row in section(home, "before", BARNET, "Do these")}
    assert not any("SG03" in str(what) for what in missing)
    others = section(home, "before", BARNET, "What looks wrong")
    (row,) = (r for r in others if r[6] == "figure_missing" and "SG03" in r[1])
    assert row[5].endswith("explained by you: not collected")


def test_it_lapses_with_the_figure_and_not_with_the_file(home: Path) -> None:
    """The corrected form has the same sheet: what it says of other figures stays."""
    found = asked(home, "after", BARNET)
    assert found["figure_outside_plausible_range"] == ("warning", None)
    assert {reason for _, reason in found.values()} == {None}
    assert asked(home, "after", BARNET, "SG03") == {
        "figure_missing": ("warning", "not collected")
    }
    assert asked(home, "after", ENFIELD) == asked(home, "before", ENFIELD)


def test_the_sheet_says_what_became_of_each(home: Path) -> None:
    nothing = "Nothing: "
    figure = "the figure is not, or no longer, the one that it names."
    for when, first in (
        ("before", "What was asked, while the figure stays as it is."),
        ("after", nothing + figure),
    ):
        rows = section(home, when, BARNET, "What you explained")
        assert [row[2:] for row in rows] == [
            (UNUSUAL, None, "real change", first),
            (WRONG, "numerator_above_denominator", "estimate",
             "Nothing: an error cannot be explained. Send the figure corrected."),
            (UNUSUAL, "no_such_rule", "estimate",
             "Nothing: no rule is called so. Take its name from this sheet."),
            ("SG03", None, "not collected",
             "What was asked, while the figure stays as it is."),
            ("SG04", None, "estimate",
             "Nothing: it does not name the denominator. Name both numbers."),
        ]  # fmt: skip
        aside = section(home, when, BARNET, "What was set aside")
        assert {row[2] for row in aside} == {"explanations: reason"}
    (camden,) = section(home, "before", CAMDEN, "What you explained")
    assert camden[5] == nothing + figure


def test_no_word_of_an_explanation_leaves_the_archive(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lake = home / "lake"
    archived = [path for path in (lake / "archive").iterdir() if path.is_file()]
    assert {name for _, name in found_in(archived, NAMES)} == set(NAMES)
    warehouse = home / "after" / WAREHOUSE
    file = publish(warehouse, Place(home / "published", home / "history")).file
    write_exports(file, file.parent / "exports")
    draw_site(file, file.parent / "site")
    build_data_docs(warehouse, home / "docs")
    files = [
        path
        for path in files_below(
            lake, warehouse.parent, home / "before", file.parent, home / "history",
            home / "docs", PROJECT / "target", PROJECT / "logs",
        )
        if path not in archived
    ]  # fmt: skip
    seen = {path.suffix for path in files}
    assert {".parquet", ".duckdb", ".xlsx", ".html", ".csv", ".json", ".log"} <= seen
    assert found_in(files, NAMES) == []
    said = capfd.readouterr()
    assert not any(name in said.out + said.err for name in NAMES)
    with duckdb.connect(str(file), read_only=True) as published:
        assert published.execute(
            "select distinct explained_reason from mart.fct_quality_flags"
            " where area_code = ? and indicator_id = 'SG03'",
            [BARNET],
        ).fetchall() == [("not collected",)]
    assert_pages_say(file.parent / "site")


def assert_pages_say(site: Path) -> None:
    """That Barnet did not collect, and Enfield counts otherwise; of no other."""

    def page(name: str) -> str:
        return " ".join((site / name).read_text(encoding="utf-8").split())

    (row,) = (
        row
        for row in re.findall(r"<tr.*?</tr>", page("quality.html"))
        if "SG03" in row and ">Barnet<" in row and "Figure missing" in row
    )
    assert "explained by the sender: not collected" in row
    rows = [
        row
        for row in re.findall(r"<tr.*?</tr>", page("quality.html"))
        if "explained by the sender" in row
    ]
    assert {
        (area, reason)
        for area in ("Barnet", "Enfield", "Brent", "Camden")
        for reason in ("not collected", "counted otherwise", "real change", "estimate")
        for row in rows
        if f">{area}<" in row and f"explained by the sender: {reason}" in row
    } == {("Barnet", "not collected"), ("Enfield", "counted otherwise")}
    begun = page("quality.html").split("<table")[0]
    assert f"explained by the sender until the figure changes: {len(rows)} flag" in (
        begun
    )
    for name, reasons in {
        f"boroughs/{BARNET}.html": {"not collected"},
        f"boroughs/{ENFIELD}.html": {"counted otherwise"},
        f"boroughs/{BRENT}.html": set(),
        "indicators/SG03.html": {"not collected"},
        f"indicators/{UNUSUAL}.html": {"counted otherwise"},
        f"indicators/{WRONG}.html": set(),
    }.items():
        found = set(re.findall(r"explained by the sender: ([^(]*) \(", page(name)))
        assert found == reasons, name
