"""What is due and what came, at the edges of days; reminders, and the calendar file.

The days are reckoned here by hand: a LADO's file of April to June 2008 is due 30 days
after 30 June, which is 30 July; a return 42 days after, which is 11 August.
"""

import csv
import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import icalendar
import pytest

from build_help import PROJECT
from lscb.due import show_due
from lscb.errors import UserError
from lscb.forms.asking import Seeds
from lscb.landing import Settings, land
from lscb.reminding.arrived import Arrived
from lscb.reminding.expected import Calendar

HEADER = (
    "referral_id,referral_date,contact_type,staff_name,child_name,child_dob,"
    "employer_sector,allegation_category,strategy_meeting_date,closed_date,outcome"
)
ROW = "1,2008-05-01,Referral,Millicent Canarybrook,,,school,,,,"
LADO = "lado_referrals__Barnet__2008-09Q1__v1.csv"
OPEN, AHEAD = "Due in the last 92 days, and not in", "Due in the next 30 days"
LINE = "lado_referrals, Quarter 1 of 2008-09, due 30 July 2008"
Show = Callable[..., dict[str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("landing", "lake", "published", "returns"):
        monkeypatch.setenv(f"LSCB_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("LSCB_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    return tmp_path


@pytest.fixture
def show(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Show:
    """What is said on a day, by its headings; of Barnet's LADO, if nobody else."""

    def shown(day: str, senders: tuple[str, ...] = ("Barnet",), **more) -> dict:
        monkeypatch.setenv("LSCB_AS_OF", day)
        more = {"extracts": ("lado_referrals",)} | more
        assert show_due(senders=senders, **more) == 0
        first, *parts = capsys.readouterr().out.split("\n\n")
        sections = {p.strip("\n").split("\n")[0].strip(): p for p in parts}
        return {"said": first} | sections

    return shown


def send(home: Path, name: str, text: str, came: str) -> None:
    """Land one file that came at some time, in UTC."""
    path = home / "landing" / name.split("__")[0] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    moment = datetime.fromisoformat(came).replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    land(None, Settings(home / "landing", home / "lake"), lambda _: None)


@pytest.mark.parametrize(
    ("day", "section", "how"),
    [
        ("2008-06-29", None, None),
        ("2008-06-30", AHEAD, "in 30 days"),
        ("2008-07-29", AHEAD, "tomorrow"),
        ("2008-07-30", AHEAD, "today"),
        ("2008-07-31", OPEN, "yesterday"),
        ("2008-08-01", OPEN, "2 days ago"),
        ("2008-10-30", OPEN, "92 days ago"),
        ("2008-10-31", None, None),
    ],
)
def test_a_day_belongs_to_one_list(
    show: Show, day: str, section: str | None, how: str | None
) -> None:
    said = show(day)
    assert said["said"].endswith("the calendar alone speaks.")
    assert {name for name in (OPEN, AHEAD) if LINE in said[name]} == {section} - {None}
    if section:
        assert f"{LINE} ({how}): 1 to come\n    Barnet" in said[section]


def round_of(said: dict[str, str], name: str) -> list[int]:
    """Expected, in time, late, refused, to come."""
    table = next(part for title, part in said.items() if "─" in part)
    (row,) = (line for line in table.splitlines() if line.startswith(f" {name}"))
    return [int(number) for number in row.split()[-5:]]


@pytest.mark.parametrize(
    ("came", "counts"),
    [
        ("2008-07-30 23:59:59", [1, 1, 0, 0, 0]),
        ("2008-07-31 00:00:00", [1, 0, 1, 0, 0]),
    ],
)
def test_what_came_on_its_day_came_in_time(
    home: Path, show: Show, came: str, counts: list[int]
) -> None:
    send(home, LADO, f"{HEADER}\n{ROW}\n", came)
    said = show("2008-08-15")
    assert "by the 1 files that were landed" in said["said"]
    assert LINE not in said[OPEN] + said[AHEAD]
    assert round_of(said, "2008-07-30") == counts


def test_a_file_that_was_refused_is_not_received(home: Path, show: Show) -> None:
    send(home, LADO, "name,of,nothing\nMillicent Canarybrook,1,2\n", "2008-07-20")
    said = show("2008-07-31", remind=True)
    assert f"{LINE} (yesterday): 1 to come" in said[OPEN]
    assert "Barnet, a file was refused on 20 July 2008" in said[OPEN]
    assert round_of(said, "2008-07-30") == [1, 0, 0, 1, 0]
    (text,) = texts(home, "E09000003")
    assert "A file came on 20 July 2008 and could not be used: No row among" in text
    assert "lado_referrals__Barnet__2008-09Q1__v2.csv" in text and LADO not in text
    assert "Canarybrook" not in text


def test_what_the_warehouse_knows_goes_before_the_ledger(
    home: Path, show: Show
) -> None:
    """There it is refused for what another file says; a second one came since."""
    send(home, LADO, f"{HEADER}\n{ROW}\n", "2008-07-01")
    with duckdb.connect() as lake:
        (known,) = lake.execute(
            f"select file_id from '{home}/lake/ledger/files.parquet'"
        ).fetchone()
    with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:
        warehouse.execute(
            "create schema mart; create table mart.fct_submissions as"
            " select ? as file_id, 'lado_referrals' as extract, 'E09000003' as"
            " submitter, '2008-09Q1' as period_id, 1 as version, 'x' as file_name,"
            " timestamp '2008-07-01' as received_at, 'refused' as status,"
            " 'Two claim it.' as reason",
            [known],
        )
    said = show("2008-07-31")
    assert "By the 1 files that the warehouse knows." in said["said"]
    assert "refused on 1 July 2008" in said[OPEN]
    send(home, LADO.replace("v1", "v2"), f"{HEADER}\n{ROW}\n", "2008-07-02")
    said = show("2008-07-31")
    assert "and 1 landed since" in said["said"]
    assert LINE not in said[OPEN] + said[AHEAD]
    with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:
        warehouse.execute("update mart.fct_submissions set status = 'accepted'")
    assert round_of(show("2008-07-31"), "2008-07-30") == [1, 1, 0, 0, 0]


# Reminders


def texts(home: Path, sender: str) -> list[str]:
    folder = home / "returns/reminders" / sender
    return [path.read_text() for path in sorted(folder.glob("*.txt"))]


def reminded(home: Path) -> list[tuple[str, str, str, str]]:
    """Day, sender, period and stage of each reminder."""
    with (home / "returns/reminders/reminded.csv").open() as lines:
        return [
            (row["reminded_on"], row["sender"], row["period_id"], row["stage"])
            for row in csv.DictReader(lines)
        ]


BOTH = ("Barnet", "Camden")
FIRST = "2008-09Q1"


def of_first(home: Path, sender: str = "E09000003") -> list[tuple[str, str]]:
    """When a sender was reminded of the quarter, and at which stage."""
    return [(d, s) for d, who, p, s in reminded(home) if (who, p) == (sender, FIRST)]


def test_each_stage_is_reminded_of_once(home: Path, show: Show) -> None:
    wanted = []
    for day, stage in [
        ("2008-07-15", None),
        ("2008-07-16", "-14"),
        ("2008-07-16", None),
        ("2008-07-30", None),
        ("2008-07-31", "1"),
        ("2008-08-13", None),
        ("2008-08-20", "15"),
        ("2008-09-30", None),
    ]:
        show(day, remind=True, back=92)
        wanted += [(day, stage)] if stage else []
        assert of_first(home) == wanted, day
    said = show("2008-08-21")
    assert f"{LINE} (22 days ago): 1 to come" in said[OPEN]
    assert "Barnet, reminded on 20 August 2008" in said[OPEN]


def test_a_reminder_speaks_of_its_sender_alone_and_accuses_nobody(
    home: Path, show: Show
) -> None:
    send(home, LADO, f"{HEADER}\n{ROW}\n", "2008-07-01")
    show("2008-07-31", BOTH, extracts=(), remind=True)
    (barnet,), (camden,) = texts(home, "E09000003"), texts(home, "E09000007")
    for own, other, text in (
        ("Barnet", "Camden|E09000007", barnet),
        ("Camden", "Barnet|E09000003", camden),
    ):
        assert not re.search(other, text)
        assert f"* lscb_return__{own}__{FIRST}__v1.xlsx" in text
        assert "By 11 August 2008, in 11 days." in text
        assert "lscb check" in text and "To whom." in text
        assert not re.search(r"\b(late|overdue|fail\w*|missing|must)\b", text, re.I)
        assert "Canarybrook" not in text
        # The last line ends, as lines do: what a mail program adds begins a new one.
        assert text.endswith(".\n")
    assert LADO not in barnet
    assert "* lado_referrals__Camden__2008-09Q1__v1.csv" in camden
    assert "It was due by 30 July 2008; as far as we can see" in camden
    for sender, other in (("E09000003", b"Camden"), ("E09000007", b"Barnet")):
        (file,) = (home / "returns/reminders" / sender).glob("*.ics")
        assert other not in file.read_bytes()


def test_reminders_are_for_the_owner_alone(home: Path, show: Show) -> None:
    before = os.umask(0o022)
    try:
        show("2008-07-31", remind=True)
    finally:
        os.umask(before)
    folder = home / "returns/reminders"
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "reminded.csv").stat().st_mode & 0o077 == 0
    assert (folder / "E09000003").stat().st_mode & 0o077 == 0


def test_the_same_day_writes_the_same_reminders(home: Path, show: Show) -> None:
    show("2008-07-31", BOTH, remind=True)
    folder = home / "returns/reminders"
    first = {path.name: path.read_bytes() for path in folder.rglob("*.*")}
    shutil.rmtree(folder)
    show("2008-07-31", BOTH, remind=True)
    assert {path.name: path.read_bytes() for path in folder.rglob("*.*")} == first
    # What is asked for later on the same day does not write over what was sent.
    show("2008-07-31", BOTH, extracts=("lscb_return",), remind=True)
    assert len(texts(home, "E09000003")) == 2


@pytest.mark.parametrize("day", ["1990-01-01", "2099-12-31"])
def test_the_first_and_the_last_day_have_a_calendar(show: Show, day: str) -> None:
    """File names can write no period after 2099, and what falls due then is known."""
    assert "to come" in "".join(show(day).values())


@pytest.mark.parametrize("text", ["a,b\n1,2\n", None])
def test_a_list_that_cannot_be_read_reminds_nobody(
    home: Path, show: Show, text: str | None
) -> None:
    show("2008-07-31", remind=True)
    path = home / "returns/reminders/reminded.csv"
    path.write_text(text or path.read_text().replace("2008-07-31", "yesterday"))
    with pytest.raises(UserError, match="cannot be read"):
        show("2008-08-20", remind=True)
    assert len(texts(home, "E09000003")) == 1


# The calendar file


def events(path: Path) -> dict[str, icalendar.Event]:
    """The events of a file, as a calendar program reads them."""
    content = path.read_bytes()
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(content)
    assert (calendar["version"], calendar["prodid"]) == (
        "2.0",
        "-//lscb//model dataset//EN",
    )
    name = "What is due: Return of the model dataset of London's LSCBs"
    assert calendar["x-wr-calname"] == name
    found = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    for event in found.values():
        assert not event.errors and {"dtstamp", "dtstart", "summary"} <= {
            name.lower() for name in event
        }
    return found


def test_a_calendar_taken_in_again_updates_what_is_there(
    home: Path, show: Show
) -> None:
    uid = "lado_referrals-E09000003-2008-09Q1@lscb.invalid"
    show("2008-07-20", ics=home / "first.ics")
    first = events(home / "first.ics")[uid]
    assert first.decoded("dtstart") == date(2008, 7, 30)
    assert first.decoded("dtend") == date(2008, 7, 31)
    assert first["summary"] == "Barnet: lado_referrals, Quarter 1 of 2008-09, due"
    (alarm,) = first.walk("VALARM")
    assert alarm.decoded("trigger").days == -14
    send(home, LADO, f"{HEADER}\n{ROW}\n", "2008-07-21")
    show("2008-07-22", ics=home / "second.ics")
    second = events(home / "second.ics")[uid]
    assert second["summary"].endswith("received") and second.walk("VALARM") == []
    assert "Received on 21 July 2008." in second["description"]
    assert int(second["sequence"]) > int(first["sequence"])
    assert events(home / "first.ics").keys() <= events(home / "second.ics").keys()


def test_a_calendar_of_everybody_has_a_day_for_each(home: Path, show: Show) -> None:
    show("2008-07-20", (), extracts=(), ics=home / "all.ics")
    found = events(home / "all.ics")
    quarter = [u for u in found if u.startswith("lscb_return-") and FIRST in u]
    assert len(quarter) == 33
    assert {found[u].decoded("dtstart") for u in quarter} == {date(2008, 8, 11)}


# Rounds that have a name


def calendar_of(home: Path, senders: str) -> Calendar:
    """By the seeds, with these senders in the first round that has a name."""
    folder = home / "seeds"
    shutil.copytree(PROJECT / "seeds", folder)
    path = folder / "reference/collection_rounds.csv"
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows[0]["senders"] = senders
    with path.open("w", newline="") as file:
        lines = csv.DictWriter(file, rows[0].keys())
        lines.writeheader()
        lines.writerows(rows)
    return Calendar(Seeds(folder), Arrived(home / "none", home / "lake"))


def test_who_is_named_in_a_round_owes_its_year_by_its_day(home: Path) -> None:
    days = date(2008, 3, 1), date(2008, 5, 31)
    for senders, early in (("", set()), ("E09000003|E09000010", {3, 10})):
        found = calendar_of(home, senders).between(*days)
        year = {
            each.due.sender.code: each.day
            for each in found
            if each.block[0] == "lscb_return" and each.block[2] == "2007-08"
        }
        assert len(year) == 33
        assert year == {
            f"E{9000000 + n:08}": date(2008, 3, 30) if n in early else date(2008, 5, 12)
            for n in range(1, 34)
        }
        shutil.rmtree(home / "seeds")


def test_a_round_counts_what_came_of_its_period(home: Path, show: Show) -> None:
    """Of Phase I the number is known: what anybody sent of the year counts."""
    lines = "pi_code,numerator,denominator\nSG02,12,40\n"
    for borough, came in (("Barnet", "2008-03-30"), ("Camden", "2008-04-02")):
        send(home, f"lscb_return__{borough}__2007-08__v1.csv", lines, came)
    assert round_of(show("2008-04-10"), "2008-03-30") == [11, 1, 1, 0, 9]
    assert "2008-03-30" not in "".join(show("2008-03-29").values())
