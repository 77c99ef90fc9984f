"""A file that is checked before it is sent hears what landing then says of it."""

import csv
import os
import re
from pathlib import Path

import openpyxl
import pytest

from build_help import AS_OF, Build
from lscb.check import FOUND, check_files, place, place_of
from lscb.errors import UserError
from lscb.landing.reference import Reference, load_reference
from lscb.settings import PROJECT

OF_CHECK = (
    f"A check before sending, as at {AS_OF}: nothing was sent, and nothing is published"
    " by it."
)
SENT = "lado_referrals__E09000003__2008-09Q1__v1.csv"


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(PROJECT / "seeds")


@pytest.fixture(autouse=True)
def long_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is due that the sample has."""
    monkeypatch.setenv("LSCB_AS_OF", AS_OF)


def settings_and_folder() -> tuple[dict[str, str], Path]:
    settings = {k: v for k, v in os.environ.items() if k.startswith("LSCB_")}
    return settings, Path.cwd()


def told(report: Path, section: str) -> list[tuple]:
    """The rows of a section, of all sheets of a report."""
    rows = []
    for path in report.glob("*.xlsx"):
        sheet = openpyxl.load_workbook(path)[section[:31]]
        found = [tuple(row) for row in sheet.iter_rows(min_row=3, values_only=True)]
        rows += [row for row in found if row[0] and len(row) > 1 and row[1]]
    return rows


def test_the_report_says_what_landing_says(
    sample: Path, warehouse: Build, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    """Of the files of which it says the most, and of those that it refuses."""
    names = [
        name
        for (name,) in warehouse.marts.execute(
            "with said as ("
            " select file_name, reason_code from mart.fct_set_aside union all"
            " select file_name, notice_code from mart.fct_submission_notices)"
            " select file_name from said inner join mart.fct_submissions"
            " using (file_name) where status = 'accepted'"
            " group by file_name"
            " order by count(distinct said.reason_code) desc, file_name limit 6"
        ).fetchall()
    ]
    names += [
        name
        for (name,) in warehouse.marts.execute(
            "select file_name from mart.fct_submissions where status = 'refused'"
            " and reason_code <> 'two_files_one_version'"
        ).fetchall()
    ]
    assert len(names) == 10
    files = [next(sample.rglob(name)) for name in names]
    landing_before = sorted(tmp_path.iterdir())
    before = settings_and_folder()
    code = check_files(files, report=tmp_path / "report")
    assert code == FOUND
    assert settings_and_folder() == before
    assert sorted(tmp_path.iterdir()) == [*landing_before, tmp_path / "report"]

    def sent(query: str) -> set[tuple]:
        return {
            tuple("" if cell is None else cell for cell in row)
            for row in warehouse.marts.execute(query, [names]).fetchall()
        }

    def cells(rows: list[tuple]) -> set[tuple]:
        return {tuple("" if cell is None else cell for cell in row) for row in rows}

    aside = told(tmp_path / "report", "What was set aside, and why")
    assert aside
    assert cells(aside) == sent(
        "select file_name, line_number, column_name, level, message, what_to_do"
        " from mart.fct_set_aside where list_contains(?, file_name)"
    )
    noticed = told(tmp_path / "report", "What we noticed")
    assert noticed
    assert cells(noticed) == sent(
        "select file_name, column_name, message, what_to_do"
        " from mart.fct_submission_notices where list_contains(?, file_name)"
    )
    received = told(tmp_path / "report", "What we received")
    assert cells([(row[0], *row[5:]) for row in received]) == sent(
        "select file_name, status, coalesce(reason, superseded_by), lines_read,"
        " rows_accepted, rows_set_aside, rows_duplicate, rows_passed_over"
        " from mart.fct_submissions where list_contains(?, file_name)"
    )
    said = re.sub(r"\s+", "", capsys.readouterr().out)
    assert re.sub(r"\s+", "", OF_CHECK) in said
    for path in (tmp_path / "report").glob("*.html"):
        assert path.read_text(encoding="utf-8").count(OF_CHECK) == 2
    for path in (tmp_path / "report").glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            first, *_, last = sheet.iter_rows(values_only=True)
            assert first[1] == last[0] == OF_CHECK
    for name, *_ in received:
        assert re.sub(r"\s+", "", name) in said


def write(folder: Path, name: str, *rows: tuple) -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows(rows)
    return path


def test_a_file_that_is_well_is_clean_and_one_of_before_is_held_against_it(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    """A later version of a tenth of the records, with and without the first."""
    header = ("referral_id", "referral_date", "contact_type")
    first, second = (
        [
            header,
            *((f"r{n}", f"2008-05-{1 + n % 28:02d}", "Referral") for n in range(m)),
        ]
        for m in (60, 6)
    )
    (tmp_path / "before").mkdir()
    write(tmp_path / "before", SENT, *first)
    later = write(tmp_path, SENT.replace("v1", "v2"), *second)
    alone = check_files([later])
    said_alone = capsys.readouterr().out
    beside = check_files([later], [tmp_path / "before"])
    said_beside = capsys.readouterr().out
    assert alone == 0, said_alone
    assert "6 accepted" in said_alone
    assert beside == FOUND
    assert "a fifth more or fewer" in " ".join(said_beside.split())
    assert f"{SENT}: " not in said_beside


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        (SENT, "lado_referrals"),
        ("LADO_Referrals__Barnet__2008-09Q1__v1.csv", "lado_referrals"),
        ("lscb_return/final.xlsx", "lscb_return"),
    ],
)
def test_a_file_goes_where_its_name_or_its_folder_says(
    reference: Reference, name: str, folder: str
) -> None:
    assert place_of(Path(name), reference).parent == Path(folder)


def test_what_cannot_be_checked_is_one_sentence(
    reference: Reference, tmp_path: Path
) -> None:
    (tmp_path / "final version (2).csv").write_text("1")
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        write(folder, SENT, ("1",))
    (tmp_path / "lscb_return").mkdir()
    hidden = write(tmp_path / "lscb_return", "~$lscb_return.xlsx", ("1",))
    for files, said in (
        ([hidden], "landing ignores it: rename it"),
        ([tmp_path / SENT], "does not exist"),
        ([tmp_path / "final version (2).csv"], "not named as a submission"),
        ([one / SENT, other / SENT], "Two files are called"),
        ([one], "does not exist, or is not a file"),
    ):
        with pytest.raises(UserError, match=said):
            for path in files:
                place(path, tmp_path / "landing", reference)


def test_a_name_that_is_none_of_a_submission_is_refused_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    """Also one that looks like a formula, and one that no text can hold."""
    folder = tmp_path / "lado_referrals"
    folder.mkdir()
    odd = os.fsdecode(b"caf\xe9.csv")
    files = [write(folder, name, ("1",)) for name in ("=1+1.csv", odd)]
    assert check_files(files) == FOUND
    said = " ".join(capsys.readouterr().out.split())
    assert "=1+1.csv: refused. The name does not follow" in said
    assert said.count("refused. The name does not follow") == 2
