"""Lists of three made-up boards, and what somebody who reads them says they mean.

What is meant was written down by hand, measure by measure: misspelt, renamed,
shortened, by code, of another number of days, and of no indicator at all.
"""

from pathlib import Path

import openpyxl
import pytest

from lscb.common_ground import Catalogue, Sureness, common_ground, read_list
from lscb.errors import UserError

SURE, LIKELY = Sureness.CERTAIN.value, Sureness.LIKELY.value
ASKED, NONE = Sureness.ASKED.value, Sureness.NONE.value

BARNET = [
    ("NI 59", "Initial assessments in 7 working days", SURE, "SG03"),
    ("", "Referals to childrens social care per 10000 aged 0-17", LIKELY, "SG01"),
    ("", "LAC with three or more placements", ASKED, "SG36"),
    ("", "Children subject to a CP plan per 10000", LIKELY, "SG08"),
    ("", "Allegations against staff refered to LADO", LIKELY, "SG12"),
    ("sg-20", "Road casualties", SURE, "SG20"),
    ("", "Percentage of core assessments within 35 working days", LIKELY, "SG04"),
    ("", "Number of foster carer reviews completed", NONE, ""),
]
ENFIELD = [
    ("", "% of core assessments carried out within 35 working days", SURE, "SG04"),
    ("", "% of core assessments carried out within 45 working days", ASKED, "SG04"),
    ("", "Permanently excluded pupils as % of school population", LIKELY, "SG30"),
    ("", "Foster carer reviews completed", NONE, ""),
    ("", "Section 47 enquiries per 10,000 children aged 0-17", SURE, "SG06"),
    ("NI 999", "Teenage conception rate", NONE, ""),
]
SUTTON = [
    ("", "Children who run away: episodes", NONE, ""),
    ("", "Looked-after children with 3+ placements in year", LIKELY, "SG36"),
    ("NI59", "", None, ""),
    ("", "Pupils persistently absent (secondary)", LIKELY, "SG31"),
    ("", "FOSTER CARERS' REVIEWS COMPLETED", NONE, ""),
    ("", "=cmd|calc", NONE, ""),
]


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three lists: a CSV of today, one of an old Excel, and a workbook."""
    folder = tmp_path_factory.mktemp("lists")

    def lines(rows: list[tuple], header: str) -> str:
        return "\n".join([header, *(f'{code},"{said}"' for code, said, *_ in rows)])

    barnet, enfield = folder / "Barnet.csv", folder / "Enfield.csv"
    barnet.write_text(lines(BARNET, "Code,Measure"), encoding="utf-8-sig")
    text = lines(ENFIELD, "NI code,Title") + ',\n,"Children\x92s centres"\n'
    enfield.write_bytes(text.replace(',\n,"Chil', '\n,"Chil').encode("latin-1"))
    book = openpyxl.Workbook()
    book.active.append(["PI", "Indicator", "Owner"])
    for code, said, *_ in SUTTON:
        book.active.append([code, said, "somebody"])
        book.active.cell(book.active.max_row, 2).data_type = "s"
    book.save(folder / "Sutton.xlsx")
    return [barnet, enfield, folder / "Sutton.xlsx"]


@pytest.fixture(scope="module")
def report(lists: list[Path]) -> openpyxl.Workbook:
    """What is said of them."""
    path = lists[0].parent / "report.xlsx"
    assert common_ground(lists, path) == 0
    return openpyxl.load_workbook(path)


def rows_of(report: openpyxl.Workbook, sheet: str) -> list[tuple]:
    return [
        tuple("" if each is None else each for each in row)
        for row in report[sheet].iter_rows(min_row=2, values_only=True)
    ]


def test_each_measure_is_what_a_reader_says_it_is(report: openpyxl.Workbook) -> None:
    found = {
        (board, measure): (sureness, indicators.split(", ")[0])
        for board, measure, _, sureness, indicators, _ in rows_of(report, "Measures")
    }
    wanted = {
        (board, said.replace("=cmd", "'=cmd")): (sureness, indicator)
        for board, rows in (
            ("Barnet", BARNET),
            ("Enfield", ENFIELD),
            ("Sutton", SUTTON),
        )
        for _, said, sureness, indicator in rows
        if said
    }
    wanted["Enfield", "Children\N{RIGHT SINGLE QUOTATION MARK}s centres"] = (NONE, "")
    assert found == wanted


def test_what_most_boards_have_comes_first(report: openpyxl.Workbook) -> None:
    rows = rows_of(report, "Indicators")
    first = rows[0]
    assert (first[0], *first[2:]) == ("SG04", 2, "Enfield", "Barnet", "")
    placements = next(row for row in rows if row[0] == "SG36")
    assert placements[2:] == (1, "", "Sutton", "Barnet")
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)


def test_what_many_collect_and_the_catalogue_lacks_is_one_measure(
    report: openpyxl.Workbook,
) -> None:
    lacking = rows_of(report, "Not in the catalogue")
    assert lacking[0] == (
        "Number of foster carer reviews completed", 3, "Barnet, Enfield, Sutton"
    )  # fmt: skip
    assert {row[1] for row in lacking[1:]} == {1}


def test_a_terminal_says_the_same(
    lists: list[Path], capsys: pytest.CaptureFixture
) -> None:
    common_ground(lists)
    said = capsys.readouterr().out
    assert "3 of 3  Number of foster carer reviews completed" in said
    assert "Enfield: % of core assessments carried out within 45 working days" in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.csv",
            b"code,owner\n1,x\n",
            "call one `measure`. Its columns are code, owner",
        ),
        ("b.csv", b"", "cannot be read as a list"),
        ("c.xlsx", b"not a workbook", "cannot be read as a list"),
        ("d.csv", b"measure\na\nb,c\n", "cannot be read as a list"),
        ("e.csv", b"measure\n \n", "names no measure: its column measure is empty"),
    ],
)
def test_what_is_no_list_is_said_so(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError, match=said):
        read_list(path)


def test_a_report_is_called_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "Barnet.csv").write_text("measure\na\n")
    with pytest.raises(UserError, match=r"a workbook: call .*report\.pdf by a name in"):
        common_ground([tmp_path / "Barnet.csv"], tmp_path / "report.pdf")
    assert not (tmp_path / "report.pdf").exists()


def test_two_lists_of_one_name_are_not_one_board(tmp_path: Path) -> None:
    for ending in (".csv", ".txt"):
        (tmp_path / f"Barnet{ending}").write_text("measure\na\n")
    with pytest.raises(UserError, match="Two lists have one name"):
        common_ground([tmp_path / "Barnet.csv", tmp_path / "Barnet.txt"])


def test_a_catalogue_of_one_indicator_is_one() -> None:
    row = {"indicator_id": "A1", "title": "Children seen alone", "ni_reference": ""}
    found = Catalogue([row], {}).match("Barnet", "children seen, alone", "")
    assert (found.sureness, found.indicators) == (Sureness.CERTAIN, ("A1",))
    near = Catalogue([row], {}).match("Barnet", "Child seen alone", "")
    assert (near.sureness, near.indicators) == (Sureness.LIKELY, ("A1",))
    assert Catalogue([], {}).match("Barnet", "x", "").sureness is Sureness.NONE
