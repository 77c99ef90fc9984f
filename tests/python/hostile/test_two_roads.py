"""Whichever road a line takes through landing, it ends as on the others.

Files are drawn with every kind of fault among sound lines. They are landed with all
lines read singly and in bulk, in blocks so small that lines and records lie across
them; and each file alone and together with those of its kind.
"""

import gzip
import json
import os
import random
import shutil
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import xlsxwriter

from hostile.building import (
    admission,
    episode,
    figure,
    offence,
    referral,
    table,
    workbook,
)
from lscb.landing import Settings, bulk_check, cutting, land, reading
from lscb.landing.checking import FileCheck
from lscb.landing.refusals import Refused

FILES, ALIKE = 12, 24
LONG = "long " * 7_000
# What may stand in any field in place of what is sound there.
ODD_VALUES = (
    "",
    " ",
    "*",
    "-",
    "n/a",
    "0",
    "007",
    "1.0",
    "1,234",
    "12,5",
    "12.5",
    "5%",
    "1e1",
    "-1",
    "04/05/2008",
    "4/13/2008",
    "31-Apr-2008",
    "2008-05-02T10:30",
    "1907-01-01",
    "2019-12-31",
    "Unknown",
    "barking & dagenham",
    "VW",
    "City of London",
    "Y049",
    "00AC",
    "38UB",
    "TAK",
    "T40.1",
    "knife",
    "status",
    "Ren\u00e9e",
    "\u00a3 5",
    "\u00a0",
    "a\u200bb",
    "a\vb",
    "\x1c",
    "it's",
    "x" * 300,
)
Row = dict[str, object]


def offences(chance: random.Random, period: int, number: int) -> Row:
    month = f"2008-{period:02d}"
    return offence(
        month,
        f"R{number}",
        victim_no=chance.choice("1112"),
        victim_name=chance.choice(("", "A Person", "Person, A")),
        recorded_date=f"{month}-{chance.randint(1, 28):02d}",
        committed_from=chance.choice(("", "2008-01-01", "1/1/2008")),
        bocu=chance.choice(("KG", "VW", "XH", "Barnet")),
        ho_class=chance.choice(("8G", "4/7", "019E")),
        victim_age=chance.choice(("", "5", "17", "40")),
        drug=chance.choice("YyNn"),
    )


def admissions(chance: random.Random, period: int, number: int) -> Row:
    return admission(
        f"K{number}",
        dob=chance.choice(("", "1996-01-01", "1/7/1995", "2004-02-02")),
        postcode="ZZ99 1ZZ",
        startage=chance.choice(("12", "13", "7003", "4")),
        admidate=f"2008-{chance.choice('456'):0>2}-{chance.randint(1, 28):02d}",
        diag_02=chance.choice(("", "F10.1", "t401")),
        cause=chance.choice(("", "X61", "Y049")),
        resladst=chance.choice(("", "00AB", "00AC")),
        respct=chance.choice(("", "5C2", "TAK")),
    )


def referrals(chance: random.Random, period: int, number: int) -> Row:
    return referral(
        f"L{number}",
        staff_name=chance.choice(("A Person", "Person; A")),
        employer_sector=chance.choice(("school", "Education", "circus", "")),
        strategy_meeting_date=chance.choice(("", "2008-05-02", "2008-04-30")),
        closed_date=chance.choice(("", "2008-06-01")),
        outcome=chance.choice(("", "Unfounded")),
    )


def episodes(chance: random.Random, period: int, number: int) -> Row:
    return episode(
        2008,
        4,
        f"E{number}",
        child_ref=f"C{chance.randint(1, 9)}",
        child_dob=chance.choice(("", "1993-01-01", "1992-12-31")),
        found_date=chance.choice(("", "2008-04-06", "2008-04-01")),
        missing_from=chance.choice(("", "home", "Care")),
    )


def figures(chance: random.Random, period: int, number: int) -> Row:
    return figure(
        chance.choice(("SG14", "sg28", "SG12")),
        numerator=chance.choice(("7", "12", "3,000", "..", "", "1,5")),
        denominator=chance.choice(("", "7000", "100")),
        measure=f"m{number}",
        note=chance.choice(("", "a, note")),
    )


@dataclass(frozen=True)
class Drawn:
    """An extract: how one of its sound rows is drawn, and what its files are called."""

    row: Callable[[random.Random, int, int], Row]
    name: str


KINDS = {
    "police_offences": Drawn(offences, "MPS__M2008-{period:02d}"),
    "pct_admissions": Drawn(admissions, "5C2__2008-09Q1"),
    "lado_referrals": Drawn(referrals, "LBBD__2008-09Q1"),
    "missing_children": Drawn(episodes, "MPS__2008-09Q1"),
}
OF_SEVERAL = {
    **KINDS,
    "police_offences": Drawn(offences, "MPS__M2008-04"),
    "lado_referrals": Drawn(referrals, "{sender}__2008-09Q1"),
    "lscb_return": Drawn(figures, "{sender}__2008-09Q1"),
}


def written(chance: random.Random, fields: list[str], delimiter: str) -> str:
    """A record as a line; a field is quoted where it must be, and at times besides."""
    quoted = chance.random() < 0.1
    return delimiter.join(
        '"' + text.replace('"', '""') + '"'
        if quoted or delimiter in text or '"' in text or "\n" in text
        else text
        for text in fields
    )


def spoilt(
    chance: random.Random, fields: list[str], before: list[str], header: list[str]
) -> list[str]:
    """The fields of a record with one fault of its contents."""
    kind = chance.randrange(10)
    place = chance.randrange(len(fields))
    fields = list(fields)
    if kind < 4:
        fields[place] = chance.choice(ODD_VALUES)
    elif kind == 4:
        fields[place] = chance.choice((" ", "\t", "  ")) + fields[place] + " "
    elif kind == 5:
        fields = list(before)
    elif kind == 6:
        fields[0] = before[0] + chance.choice(("", " "))
    elif kind == 7:
        fields[place] = chance.choice((LONG, 'say "yes"', "two\nlines", "a\n\nb\nc"))
    elif kind == 8:
        fields = chance.choice(([""] * len(fields), [" "] * len(fields), list(header)))
    else:
        fields[1] = chance.choice(("01", "1.0", " 1", "+1", fields[1]))
    return fields


def broken(chance: random.Random, line: str, delimiter: str) -> str:
    """A line with one fault of its form."""
    kind = chance.randrange(9)
    place = chance.randrange(len(line) + 1)
    if kind == 0:
        return line + delimiter * chance.randint(1, 2)
    if kind == 1:
        return line.rsplit(delimiter, chance.randint(1, 3))[0]
    if kind == 2:
        return line[:place] + '"' + line[place:]
    if kind == 3:
        return line.replace(delimiter, f'{delimiter} "x"', 1)
    if kind == 4:
        return chance.choice(("", " ", "\t", delimiter, "\n"))
    if kind == 5:
        return f'"{line}'
    if kind == 6:
        return line[:place] + delimiter + line[place:]
    if kind == 7:
        return f'{line}{delimiter}"open\n{line}"'
    return line.replace(delimiter, f'{delimiter}"x"y', 1)


def content_of(chance: random.Random, kind: Drawn, period: int) -> bytes:
    """A file with faults among its lines, and perhaps one of its own."""
    delimiter = chance.choice(",,,,;\t|")
    rows = [kind.row(chance, period, n) for n in range(chance.randint(30, 90))]
    header = list(rows[0])
    if chance.random() < 0.2:
        header.insert(chance.randrange(len(header)), chance.choice(("extra", "")))
    records = [[str(row.get(name, "x")) for name in header] for row in rows]
    if chance.random() < 0.3:
        # At times the only fault: two records that are sound, and one too many.
        records.append(chance.choice(records))
    share = chance.choice((0, 0, 0.02, 0.05, 0.2))
    broken_share = chance.choice((0, 0, 0.02, 0.05))
    lines = [written(chance, header, delimiter)]
    for place, fields in enumerate(records):
        if chance.random() < share:
            fields = spoilt(chance, fields, records[place - 1], header)
        line = written(chance, fields, delimiter)
        if chance.random() < broken_share:
            line = broken(chance, line, delimiter)
        lines.append(line)
    if chance.random() < 0.1:
        lines.insert(0, chance.choice(("A title", "", lines[-1])))
    end = chance.choice(("\n", "\n", "\r\n"))
    text = end.join([*lines, ""])
    if chance.random() < 0.1:
        text = text.replace(end, chance.choice(("\r\n", "\n", "\r\r\n")), 5)
    if chance.random() < 0.1:
        text = text.rstrip() + chance.choice(("", "\r", "\0", '"', "\n\n"))
    encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"))
    content = text.encode(encoding, "ignore")
    return gzip.compress(content, mtime=0) if chance.random() < 0.2 else content


def write(landing: Path, extract: str, chance: random.Random) -> None:
    """Write files of an extract; each is a block, or a version, of its own."""
    kind = KINDS[extract]
    for number in range(FILES):
        content = content_of(chance, kind, number + 1)
        ending = "csv.gz" if content[:2] == b"\x1f\x8b" else "csv"
        claim = kind.name.format(period=number + 1)
        send(landing / extract, f"{extract}__{claim}__v{number + 1}.{ending}", content)


def send(folder: Path, name: str, content: bytes) -> None:
    """Put a file where it is landed from, at a moment that is always the same."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    os.utime(folder / name, (1_700_000_000, 1_700_000_000))


def write_alike(landing: Path, extract: str, chance: random.Random) -> None:
    """Write files of one period, of which many have one header; some are workbooks."""
    kind = OF_SEVERAL[extract]
    for number in range(ALIKE):
        content, ending = content_of(chance, kind, 4), "csv"
        if content[:2] == b"\x1f\x8b":
            ending = "csv.gz"
        elif chance.random() < 0.2:
            rows = [list(kind.row(chance, 4, n).values()) for n in range(9)]
            header = list(kind.row(chance, 4, 0))
            content, ending = workbook(("Sheet1", [header, *rows, *rows[:1]])), "xlsx"
        claim = kind.name.format(sender=chance.choice(("LBBD", "Camden")), period=4)
        send(landing / extract, f"{extract}__{claim}__v{number + 1}.{ending}", content)


def told(settings: Settings) -> dict[str, object]:
    """All that landing told: entries, and the rows of each Parquet file, in order."""
    entries = {
        path.name: json.loads(path.read_text("utf-8"))
        for path in (settings.lake / "ledger" / "files").glob("*.json")
    }
    for entry in entries.values():
        # Moments of the file system: each road has a copy of its own.
        del entry["seen"]
    tables = {}
    for path in sorted(settings.lake.rglob("*.parquet")):
        name = str(path.relative_to(settings.lake))
        tables[name] = (
            duckdb.sql(f"describe from read_parquet('{path}')").fetchall(),
            duckdb.sql(f"from read_parquet('{path}')").fetchall(),
        )
    return {"entries": entries, "tables": tables}


def assert_same(one: dict, other: dict) -> None:
    assert one["entries"] == other["entries"]
    assert one["tables"].keys() == other["tables"].keys()
    for name, rows in one["tables"].items():
        assert rows == other["tables"][name], name


@pytest.fixture
def in_bulk(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Small files are read in bulk; gives how many lines of each were accepted so."""
    accepted: list[int] = []
    count = bulk_check.BulkCheck._count

    def counted(check: bulk_check.BulkCheck):
        accepted.append(check.accepted)
        return count(check)

    monkeypatch.setattr(bulk_check.BulkCheck, "_count", counted)
    yield accepted


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("extract", KINDS)
def test_both_roads_tell_the_same(
    extract: str,
    seed: int,
    tmp_path: Path,
    in_bulk: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    singly = Settings(tmp_path / "singly" / "landing", tmp_path / "singly" / "lake")
    bulk = Settings(tmp_path / "bulk" / "landing", tmp_path / "bulk" / "lake")
    for settings in (singly, bulk):
        write(settings.landing, extract, random.Random(f"{extract} {seed}"))
        # Pseudonyms are keyed alike.
        settings.lake.mkdir()
        (settings.lake / ".link_key").write_text("0" * 64, "ascii")
    land(settings=singly, say=print)
    assert in_bulk == []
    monkeypatch.setattr(bulk_check, "LEAST_LINES", 0)
    monkeypatch.setattr(bulk_check, "TEXTS_A_LINE", 1_000)
    monkeypatch.setattr(cutting, "BLOCK", 1_000)
    monkeypatch.setattr(cutting, "PART", 20)
    monkeypatch.setattr(cutting, "MOST_HELD", 50)
    land(settings=bulk, say=print)
    assert sum(in_bulk) > 100
    assert_same(told(singly), told(bulk))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("extract", OF_SEVERAL)
def test_files_fare_together_as_each_alone(
    extract: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_alike(tmp_path, extract, random.Random(f"together {extract} {seed}"))
    ran, failed = land_alone_and_together(tmp_path, monkeypatch)
    # What fails on several would be read alone, and only take longer.
    assert max(ran) > 5 and all(isinstance(each, Refused) for each in failed)


def land_alone_and_together(
    sent: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[int], list[Exception]]:
    """Land what was sent both ways and compare all of both lakes.

    Gives how many files were judged at once, together, and what failed there.
    """
    alone = Settings(sent / "alone" / "landing", sent / "alone" / "lake")
    together = Settings(sent / "both" / "landing", sent / "both" / "lake")
    # A workbook holds the time when it was saved: files are written once.
    folders = [path for path in sent.iterdir() if path.is_dir()]
    for settings in (alone, together):
        for folder in folders:
            shutil.copytree(folder, settings.landing / folder.name)
        settings.lake.mkdir(parents=True)
        (settings.lake / ".link_key").write_text("0" * 64, "ascii")
    ran: list[int] = []
    failed: list[Exception] = []
    real = FileCheck.run

    def counted(check: FileCheck) -> list:
        ran.append(len(check.sources))
        try:
            return real(check)
        except Exception as error:
            failed.append(error)
            raise

    monkeypatch.setattr(FileCheck, "run", counted)
    with monkeypatch.context() as patched:
        patched.setattr(reading, "FILES_AT_ONCE", 1)
        land(settings=alone, say=print)
    assert set(ran) == {1}
    ran.clear()
    land(settings=together, say=print)
    assert_same(told(alone), told(together))
    for path in alone.lake.glob("*/*/*.parquet"):
        other = together.lake / path.relative_to(alone.lake)
        assert path.read_bytes() == other.read_bytes(), path.name
    return ran, failed


def test_a_small_file_that_unpacks_to_much_is_judged_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few kilobytes hold more lines than are written at once; others go together."""
    few = table([figure("SG14", numerator=7)])
    header, line = few.splitlines()
    many = "\n".join([header, *[line.replace("SG14", "SG14X")] * 60_000])
    folder = tmp_path / "lscb_return"
    folder.mkdir()
    for number in range(1, 7):
        content = (many if number in (2, 5) else few) + "\n" * number
        path = folder / f"lscb_return__LBBD__2008-09Q1__v{number}.csv.gz"
        path.write_bytes(gzip.compress(content.encode(), mtime=0))
        assert path.stat().st_size < 10_000
    rows: list[int] = []
    real = FileCheck._add_records

    def counted(check: FileCheck, batches: Iterable[pa.Table]) -> None:
        given = list(batches)
        rows.append(sum(batch.num_rows for batch in given))
        real(check, given)

    monkeypatch.setattr(FileCheck, "_add_records", counted)
    ran, failed = land_alone_and_together(tmp_path, monkeypatch)
    assert sorted(ran) == [1, 1, 6] and failed == []
    assert sorted(rows[-3:]) == [4, 60_000, 60_000]


def test_workbooks_that_hold_many_texts_are_judged_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their texts are in memory from when they are opened, which all are at first."""
    row = figure("SG14", numerator=7)
    folder = tmp_path / "lscb_return"
    folder.mkdir()
    for number in range(1, 6):
        path = folder / f"lscb_return__LBBD__2008-09Q1__v{number}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet("lscb_return")
            page.write_row(0, 0, row.keys())
            page.write_row(1, 0, row.values())
            if number in (1, 4):
                notes = (f"{place} " + "x" * 30_000 for place in range(40))
                book.add_worksheet("Notes").write_row(0, 0, notes)
        assert path.stat().st_size < 100_000
    ran, failed = land_alone_and_together(tmp_path, monkeypatch)
    assert sorted(ran) == [1, 1, 3] and failed == []


def test_what_is_held_of_a_file_is_let_go_when_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle of files in bulk takes no more memory than its largest."""
    settings = Settings(tmp_path / "landing", tmp_path / "lake")
    folder = settings.landing / "police_offences"
    folder.mkdir(parents=True)
    for number in range(1, 5):
        text = table([offence("2008-04", f"R{number}")])
        path = folder / f"police_offences__MPS__M2008-04__v{number}.csv"
        path.write_text(text, "utf-8")
    ran: list[weakref.ref] = []
    real = bulk_check.BulkCheck.run

    def noted(check: bulk_check.BulkCheck) -> list:
        assert [each() for each in ran if each() is not None] == []
        ran.append(weakref.ref(check))
        return real(check)

    monkeypatch.setattr(bulk_check, "LEAST_LINES", 0)
    monkeypatch.setattr(bulk_check.BulkCheck, "run", noted)
    land(settings=settings, say=print)
    assert len(ran) == 4
