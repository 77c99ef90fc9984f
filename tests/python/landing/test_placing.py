"""Files of any name are placed where they belong, or somebody is asked."""

import csv
import os
import random
import shutil
from pathlib import Path

import openpyxl
import pytest

from lscb.add import NOT_PLACED, add_files, forces, known_names
from lscb.errors import UserError
from lscb.landing.checking import Engine
from lscb.landing.placing import Placer, Placing, Unrecognised, periods_in
from lscb.landing.reference import Reference
from lscb.landing.refusals import Refused
from lscb.settings import PROJECT

LADO = ["referral_id", "referral_date", "contact_type"]
OF_QUARTER = [["1", "2008-04-03", "referral"], ["2", "30/06/2008", "advice"]]
POLICE = [
    "crime_ref", "victim_no", "recorded_date", "bocu", "ho_class", "child_abuse",
    "knife", "drug", "status",
]  # fmt: skip


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LSCB_LANDING", str(tmp_path / "landing"))
    return tmp_path / "landing"


@pytest.fixture
def placer(reference: Reference, tmp_path: Path) -> Placer:
    seeds = PROJECT / "seeds"
    engine = Engine(tmp_path / "scratch")
    return Placer(
        reference, tmp_path / "landing", engine, known_names(seeds), forces(seeds)
    )


def written(folder: Path, name: str, head: list[str], rows: list[list[str]]) -> Path:
    path = folder / "downloads" / name
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def said(placing: Placing) -> dict[str, tuple[str | None, bool]]:
    return {part: (each.value, each.is_certain) for part, each in placing.parts.items()}


# -- all files of the sample, under other names


def truth_of(sample: Path) -> list[tuple[Path, str, str, str]]:
    """Files whose names say what they are, with that, as the sample wrote it."""
    found = []
    with (sample / ".truth" / "files.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            path = sample / row["relative_path"]
            if row["status"] == "accepted" and path.stem.count("__") == 3:
                parts = path.name.split("__")
                found.append((path, parts[0], parts[1], parts[2]))
    return found


@pytest.mark.parametrize("is_named", [False, True])
def test_nothing_certain_is_wrong(
    is_named: bool, sample: Path, placer: Placer, reference: Reference, tmp_path: Path
) -> None:
    draw = random.Random(18)
    files = truth_of(sample)
    by_extract = {
        extract: [f for f in files if f[1] == extract] for _, extract, *_ in files
    }
    drawn = [
        one
        for some in by_extract.values()
        for one in draw.sample(some, min(8, len(some)))
    ]
    # the sample need not make every extract that is declared
    assert 8 < len(by_extract) <= len(reference.extracts)
    certain = 0
    for number, (path, extract, submitter, period) in enumerate(drawn):
        ending = path.name[path.name.index("__v") :].partition(".")[2]
        words = f"{submitter} {period} final (3)" if is_named else "final"
        copy = tmp_path / f"f{number}" / f"{words}.{ending}"
        copy.parent.mkdir()
        copy.symlink_to(path)
        placing = placer.place(copy)
        assert placing.extract.value == extract
        true = {"submitter": submitter_code(extract, submitter, reference)}
        if extract not in ("mps_borough_crime", "ees_statistics"):
            true["period"] = period
        for part, value in true.items():
            guess = placing.parts[part]
            certain += guess.is_certain
            assert guess.value == value or not guess.is_certain, (path, guess)
        if is_named and extract in ("pct_admissions", "police_offences"):
            assert placing.is_certain, (path, said(placing))
    assert certain > (1.6 if is_named else 0.7) * len(drawn)


def submitter_code(extract: str, submitter: str, reference: Reference) -> str:
    if reference.extracts[extract].submitter_kind == "local_authority":
        return reference.submitters[" ".join(submitter.lower().split())]
    return submitter.upper()


# -- what each part is told by


def test_records_say_the_period_and_the_name_the_sender(
    placer: Placer, tmp_path: Path
) -> None:
    path = written(tmp_path, "Barking & Dagenham, latest.csv", LADO, OF_QUARTER)
    placing = placer.place(path)
    assert placing.is_certain
    assert placing.relative_path == (
        "lado_referrals/lado_referrals__E09000002__2008-09Q1__v1.csv"
    )


@pytest.mark.parametrize(
    ("name", "rows", "period"),
    [
        ("Camden.csv", [*OF_QUARTER, ["3", "2008-07-01", "referral"]], (None, False)),
        ("Camden Q2 2008-09.csv", OF_QUARTER, ("2008-09Q1", False)),
        ("Camden Q1 2008-09.csv", OF_QUARTER, ("2008-09Q1", True)),
        ("Camden 2008-09.csv", [["1", "soon", "referral"]], (None, False)),
        ("Camden Q1 2008-09.csv", [["1", "soon", "referral"]], ("2008-09Q1", False)),
    ],
)
def test_a_name_and_records_that_part_ways_are_asked_about(
    name: str,
    rows: list[list[str]],
    period: tuple[str | None, bool],
    placer: Placer,
    tmp_path: Path,
) -> None:
    placing = placer.place(written(tmp_path, name, LADO, rows))
    assert said(placing)["period"] == period


def test_two_authorities_in_a_name_are_none(placer: Placer, tmp_path: Path) -> None:
    path = written(tmp_path, "Camden and Islington.csv", LADO, OF_QUARTER)
    assert said(placer.place(path))["submitter"] == (None, False)


def test_a_longer_name_is_not_the_shorter_in_it(placer: Placer, tmp_path: Path) -> None:
    """Richmond upon Thames and Kingston upon Thames, and no third in either."""
    path = written(tmp_path, "richmond_upon_thames.csv", LADO, OF_QUARTER)
    assert said(placer.place(path))["submitter"] == ("E09000027", True)


@pytest.mark.parametrize(
    ("bocus", "force"),
    [
        (["KG", "KF", "QK"], ("MPS", True)),
        (["KG"], ("MPS", False)),
        (["ID"], (None, False)),
    ],
)
def test_boroughs_say_the_force(
    bocus: list[str], force: tuple[str | None, bool], placer: Placer, tmp_path: Path
) -> None:
    rows = [
        [str(n), "1", "2008-04-02", bocu, "8F", "N", "N", "N", "recorded"]
        for n, bocu in enumerate(bocus)
    ]
    placing = placer.place(written(tmp_path, "crime.csv", POLICE, rows))
    assert said(placing)["submitter"] == force
    assert said(placing)["period"] == ("M2008-04", True)


def test_a_return_has_the_kinds_of_period_that_its_indicators_have(
    placer: Placer, reference: Reference, tmp_path: Path
) -> None:
    only = {
        periods: next(d for d in reference.definitions if d.periods == (periods,))
        for periods in ("academic_year", "financial_year")
    }
    for periods, period in (("academic_year", None), ("financial_year", "2007-08")):
        rows = [[only[periods].indicator_id, "3", "4"]]
        head = ["pi_code", "numerator", "denominator"]
        path = written(tmp_path, f"Barnet 2007-08 {periods[:3]}.csv", head, rows)
        assert said(placer.place(path))["period"][0] == period
    rows = [[only["academic_year"].indicator_id, "3", "4"]]
    path = written(tmp_path, "Barnet AY2007-08.csv", head, rows)
    assert said(placer.place(path))["period"] == ("AY2007-08", True)


@pytest.mark.parametrize(
    ("text", "types", "found"),
    [
        ("return 2008-09Q1 v2", ("quarter",), {"2008-09Q1"}),
        ("Q3 2008/09", ("quarter",), {"2008-09Q3"}),
        ("Qtr 4, 2008_2009", ("quarter",), set()),
        ("qtr4 2008_2009", ("quarter",), {"2008-09Q4"}),
        ("2008-09Q1", ("quarter", "financial_year"), {"2008-09Q1"}),
        ("year 2008-09 and 2009-10", ("financial_year",), {"2008-09", "2009-10"}),
        ("2008-10", ("financial_year",), set()),
        ("2008-10", ("month",), {"M2008-10"}),
        ("offences April 2008", ("month",), {"M2008-04"}),
        ("offences_2008_sept", ("month",), {"M2008-09"}),
        ("offences ma 2008", ("month",), set()),
        ("200804", ("month",), {"M2008-04"}),
        ("20080412", ("month",), set()),
        ("mid 2008", ("calendar_year",), {"2008"}),
        ("AY 2007-08", ("academic_year", "financial_year"), {"AY2007-08"}),
        ("nothing", ("quarter", "month"), set()),
    ],
)
def test_periods_are_read_as_people_write_them(
    text: str, types: tuple[str, ...], found: set[str]
) -> None:
    assert {each.period_id for each in periods_in(text, types)} == found


# -- what is none


def test_what_is_no_extract_says_what_it_lacks(placer: Placer, tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", LADO[:2], [["1", "2008-04-03"]])
    with pytest.raises(Unrecognised, match=r"nearest to lado_referrals.*contact_type"):
        placer.place(path)
    path = written(tmp_path, "b.csv", ["ward", "hectares"], [["1", "2"]])
    with pytest.raises(Unrecognised, match="none of its columns"):
        placer.place(path)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.docx", b"x", "file_type_unknown"),
        ("a.xlsx", b"no zip", "workbook_broken"),
        ("MPS_Borough_Level_Crime_Historic_200801-201612.csv", b"<html>", "web_page"),
    ],
)
def test_what_cannot_be_read_says_why(
    name: str, content: bytes, code: str, placer: Placer, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        placer.place(path)
    assert refused.value.code == code


# -- the command


def test_files_are_copied_with_their_time(
    landing: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = written(tmp_path, "Barnet (3).csv", LADO, OF_QUARTER)
    os.utime(path, (1_215_000_000, 1_215_000_000))
    assert add_files([path], dry_run=True) == 0
    assert not landing.exists()
    assert add_files([path]) == 0
    placed = landing / "lado_referrals/lado_referrals__E09000003__2008-09Q1__v1.csv"
    assert placed.read_bytes() == path.read_bytes()
    assert placed.stat().st_mtime == 1_215_000_000
    assert [each.name for each in placed.parent.iterdir()] == [placed.name]
    capsys.readouterr()
    assert add_files([path]) == 0
    assert "the same file is in landing" in capsys.readouterr().out
    path.write_text(path.read_text() + "3,2008-05-05,referral\n")
    assert add_files([path]) == 0
    assert sorted(each.name[-7:] for each in placed.parent.iterdir()) == [
        "_v1.csv", "_v2.csv",
    ]  # fmt: skip


def test_two_files_of_one_call_do_not_take_one_name(
    landing: Path, tmp_path: Path
) -> None:
    paths = [
        written(tmp_path, "Barnet a.csv", LADO, OF_QUARTER),
        written(tmp_path, "Barnet b.csv", LADO, OF_QUARTER[:1]),
    ]
    assert add_files(paths) == 0
    names = sorted(each.name[-7:] for each in (landing / "lado_referrals").iterdir())
    assert names == ["_v1.csv", "_v2.csv"]


def test_a_guess_is_not_placed_unless_somebody_says_so(
    landing: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = written(tmp_path, "Camden Q2 2008-09.csv", LADO, OF_QUARTER)
    other = written(tmp_path, "who.csv", LADO, OF_QUARTER)
    assert add_files([path, other]) == NOT_PLACED
    assert not landing.exists()
    out = capsys.readouterr().out
    assert "(a guess)" in out and "say --submitter" in out
    assert add_files([path], yes=True) == 0
    assert add_files([other], yes=True) == NOT_PLACED
    assert add_files([other], submitter="Barnet") == 0
    assert sorted(each.name for each in (landing / "lado_referrals").iterdir()) == [
        "lado_referrals__Barnet__2008-09Q1__v1.csv",
        "lado_referrals__E09000007__2008-09Q1__v1.csv",
    ]


def test_what_is_said_must_be_possible(
    landing: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = written(tmp_path, "Barnet.csv", LADO, OF_QUARTER)
    assert add_files([path], period="2008-09") == NOT_PLACED
    assert add_files([path], extract="ponies") == NOT_PLACED
    assert add_files([path], submitter="Atlantis", period="2008-09Q1") == NOT_PLACED
    assert not landing.exists()
    with pytest.raises(UserError, match="does not exist"):
        add_files([tmp_path / "none.csv"])


FORM = "lscb form: lado_referrals Barnet 2008-09Q1"


@pytest.mark.parametrize(
    ("said", "placed"),
    [
        ({}, True),
        ({"submitter": "E09000003", "period": "2008-09q1"}, True),
        ({"submitter": "Brent"}, False),
        ({"period": "2008-09Q2"}, False),
    ],
)
def test_a_form_is_not_placed_as_that_of_another(
    tmp_path: Path,
    landing: Path,
    capsys: pytest.CaptureFixture[str],
    said: dict[str, str],
    placed: bool,
) -> None:
    """Landing refuses such a file, whatever is said of it."""
    path = written(tmp_path, "back (2).csv", [FORM, "", ""], [LADO, *OF_QUARTER])
    assert add_files([path], yes=True, **said) == (0 if placed else NOT_PLACED)
    out = capsys.readouterr().out
    assert ("the form lado_referrals of Barnet for 2008-09Q1" in out) is not placed
    assert bool([*landing.rglob("*.csv")]) is placed


def test_a_period_that_is_none_is_said_so_and_no_file_is_to_be_renamed(
    tmp_path: Path, landing: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "Barnet.csv", LADO, OF_QUARTER)
    assert add_files([path], period="spring") == NOT_PLACED
    out = capsys.readouterr().out
    assert "The period spring is not written as one" in out
    assert out.rstrip().endswith("Say another --period.")
    assert "Rename" not in out


def test_published_files_are_placed_under_their_names(
    public_data: Path, landing: Path
) -> None:
    """Those that the seeds know; under another name they are asked about."""
    known = known_names(PROJECT / "seeds")
    files = [path for path in public_data.iterdir() if path.name.lower() in known]
    assert add_files(files) == 0
    placed = {each.name for each in landing.rglob("*") if each.is_file()}
    assert placed == {known[path.name.lower()] for path in files}


def test_a_workbook_that_came_back_is_read_as_one(
    placer: Placer, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["Return of Sutton"], [], LADO, *OF_QUARTER):
        book.active.append(row)
    path = tmp_path / "Sutton return final v2 (3).xlsx"
    book.save(path)
    assert placer.place(path).relative_path == (
        "lado_referrals/lado_referrals__E09000029__2008-09Q1__v1.xlsx"
    )
    shutil.copy(path, tmp_path / "again.xlsx")
    assert not placer.place(tmp_path / "again.xlsx").is_whole
