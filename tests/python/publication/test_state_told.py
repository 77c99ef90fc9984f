"""What is signed off says so wherever a reader looks; drafts are in test_pages_said."""

import json
import shutil
from pathlib import Path
from unittest import mock

import openpyxl
import pytest

from lscb.exporting.exports import write_exports
from lscb.pages import site as pages
from lscb.sign import mark

SAID = "Signed off by the Chair of the board, 2009-06-01."


@pytest.fixture(scope="module")
def signed(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("signed")
    file = home / "lscb.duckdb"
    shutil.copyfile(published, file)
    state = {
        "state": "signed",
        "signed_by": "Chair of the board",
        "signed_on": "2009-06-01",
    }
    mark(file, state)
    write_exports(file, home / "exports")
    no_charts = lambda drawings: ["<svg></svg>"] * len(drawings)  # noqa: E731
    with mock.patch.object(pages, "draw_all", no_charts):
        pages.draw_site(file, home / "site")
    return home


def test_every_page_says_it_at_its_head_and_foot_and_where_it_is_cited(
    signed: Path,
) -> None:
    found = list((signed / "site").rglob("*.html"))
    assert len(found) > 60
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert "not signed off" not in text, path
        for part in ("header", "footer", "textarea"):
            start = text.index(f"<{part}")
            assert SAID in text[start : text.index(f"</{part}>", start)], path


def test_the_exports_say_it(signed: Path) -> None:
    exports = signed / "exports"
    package = json.loads((exports / "datapackage.json").read_text(encoding="utf-8"))
    assert SAID in package["description"]
    book = openpyxl.load_workbook(exports / "lscb.xlsx", read_only=True)
    cells = {
        cell for sheet in book for row in sheet.iter_rows(max_row=60, values_only=True)
        for cell in row
    }  # fmt: skip
    assert SAID in cells
    listed = (exports / "csv" / "about_publication.csv").read_text(encoding="utf-8")
    assert "state,signed" in listed
