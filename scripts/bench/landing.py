"""Measure landing: processor seconds for a million records, beside a bare count.

    lscb bench landing --lines 1000000 --folder /tmp/landing

Draws files of sound records, lands them in bulk and with every line read singly, and
has DuckDB read and count the same files in one statement: the floor, which keeps no
ledger.
"""

import csv
import os
import random
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from lscb.errors import UserError
from lscb.landing import Settings, bulk_check, land
from lscb.settings import PROJECT
from lscb.sql import literal

LINES_A_FILE = 200_000
SEED = 20081031


def offences(chance: random.Random, month: int) -> Iterator[str]:
    """Lines of police offences of a month of 2008, the header first."""
    yield (
        "crime_ref,victim_no,victim_name,victim_dob,victim_postcode,recorded_date,"
        "committed_from,bocu,ho_class,offence,victim_age,child_abuse,knife,drug,status"
    )
    with (PROJECT / "seeds" / "reference" / "bocus.csv").open(encoding="utf-8") as seed:
        places = [row["bocu_code"] for row in csv.DictReader(seed)]
    for number in range(LINES_A_FILE):
        day = f"{chance.randint(1, 28):02d}/{month:02d}/2008"
        place = chance.choice(places)
        offence = chance.choice(("8G,Wounding", "45,Theft from a vehicle", "4/7,Death"))
        age, flags = chance.randint(0, 90), chance.choice(("N,N,N", "N,Y,N", "Y,N,y"))
        yield (
            f"M2008{month:02d}-{number},1,A Person,01/02/1990,ZZ99 1ZZ,{day},{day},"
            f"{place},{offence},{age},{flags},Recorded"
        )


def admissions(chance: random.Random, quarter: int) -> Iterator[str]:
    """Lines of admissions of a quarter of 2008-09, the header first."""
    diagnoses = ",".join(f"diag_{number:02d}" for number in range(1, 15))
    yield (
        "epikey,nhs_number,patient_name,dob,postcode,sex,startage,admidate,epistart,"
        f"epiorder,admimeth,{diagnoses},cause,resladst,respct"
    )
    months = [(2008 + (quarter == 4), 1 + (quarter * 3 + n) % 12) for n in range(3)]
    for number in range(LINES_A_FILE):
        year, month = chance.choice(months)
        day = f"{chance.randint(1, 28)}/{month}/{year}"
        age = chance.randint(0, 19)
        born = f"{chance.randint(1, 28)}/6/{year - age}"
        second = chance.choice(("", "", "F101", "S720"))
        yield (
            f"K{quarter}{number},9990000001,A Person,{born},ZZ99 1ZZ,1,{age},{day},"
            f"{day},1,21,{chance.choice(('T401', 'S720', 'J459'))},{second}"
            f"{',' * 12},X61,00AC,5A9"
        )


KINDS: dict[str, tuple[str, int, Callable[[random.Random, int], Iterator[str]]]] = {
    "police_offences": ("MPS__M2008-{:02d}", 12, offences),
    "pct_admissions": ("5A9__2008-09Q{}", 4, admissions),
}


def run(folder: Path, extract: str, lines: int) -> int:
    """Draw, land by both roads and count; always 0."""
    if extract not in KINDS:
        raise UserError(
            f"No records are drawn of {extract}: name one of {', '.join(KINDS)}."
        )
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()):
        raise UserError(
            f"{folder} is not empty: name an empty folder, so that nothing is warm."
        )
    files = _write(folder / "landing" / extract, extract, lines)
    floor = _measure("the floor: one statement", lambda: _count(files))
    bulk = _measure("landed in bulk", lambda: _land(folder))
    bulk_check.LEAST_LINES = sys.maxsize
    singly = _measure("landed, every line singly", lambda: _land(folder))
    print(
        f"times the floor: in bulk {bulk / floor:.1f}, singly {singly / floor:.1f};"
        f" singly {singly / bulk:.1f} times what it costs in bulk"
    )
    return 0


def _write(folder: Path, extract: str, lines: int) -> list[Path]:
    """Files of so many records each, as many as are needed."""
    name, periods, rows = KINDS[extract]
    folder.mkdir(parents=True)
    chance = random.Random(SEED)
    paths = []
    for number in range(-(-lines // LINES_A_FILE)):
        claim, version = name.format(number % periods + 1), number // periods + 1
        path = folder / f"{extract}__{claim}__v{version}.csv"
        path.write_text("\n".join([*rows(chance, number % periods + 1), ""]), "utf-8")
        paths.append(path)
    return paths


def _count(files: list[Path]) -> int:
    """How many records DuckDB counts, in groups of all their dates."""
    names = ", ".join(literal(str(path)) for path in files)
    day = "admidate" if "pct" in files[0].name else "recorded_date"
    with duckdb.connect(config={"threads": 2}) as connection:
        counts = connection.execute(
            f"select {day}, count(*) from read_csv([{names}], all_varchar = true)"
            f" group by {day}"
        ).fetchall()
    return sum(count for _, count in counts)


def _land(folder: Path) -> int:
    """How many records landing accepted, into an empty lake."""
    lake = folder / "lake"
    shutil.rmtree(lake, ignore_errors=True)
    read = land(settings=Settings(folder / "landing", lake)).read
    return sum(entry.rows_accepted or 0 for entry in read)


def _measure(what: str, work: Callable[[], int]) -> float:
    """Print what some work took; give its processor seconds for a million records."""
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    records = work()
    after, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    cost = spent / records * 1e6
    print(
        f"{what}: {records:,} records, {wall - started:.1f} s, processor {spent:.1f} s,"
        f" {cost:.2f} s a million; load {os.getloadavg()[0]:.1f}"
    )
    return cost
