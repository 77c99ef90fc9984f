"""What is a date, a number, a diagnosis: the macros of parse.sql."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lscb.landing.checking import Engine

DATES = {
    "2008-05-31": date(2008, 5, 31),
    "31/05/2008": date(2008, 5, 31),
    "1/5/2008": date(2008, 5, 1),
    "04/05/2008": date(2008, 5, 4),
    "31-May-2008": date(2008, 5, 31),
    "31-MAY-2008": date(2008, 5, 31),
    "1-may-2008": date(2008, 5, 1),
    "2008-05-31 13:45": date(2008, 5, 31),
    "2008-05-31T13:45:59": date(2008, 5, 31),
    "2008-05-31T13:45:59.123Z": date(2008, 5, 31),
    "31/05/2008 00:00:00": date(2008, 5, 31),
    "31-May-2008 1:45 PM": date(2008, 5, 31),
    "29/02/2008": date(2008, 2, 29),
    "29/02/2007": None,
    "31/06/2008": None,
    "2008-02-30": None,
    "05/31/2008": None,
    "31/05/08": None,
    "31.05.2008": None,
    "31 May 2008": None,
    "31-Mai-2008": None,
    "31-Sept-2008": None,
    "2008-5-31": None,
    "2008/05/31": None,
    "20080531": None,
    "39599": None,
    "0000-01-01": None,
    "00/05/2008": None,
    "2008-05-31x": None,
    "#N/A": None,
}
NUMBERS = {
    "5": 5.0,
    "5.0": 5.0,
    "-5": -5.0,
    "+5": 5.0,
    "5.": 5.0,
    ".5": 0.5,
    "1,234": 1234.0,
    "1,234,567.5": 1234567.5,
    "12%": 12.0,
    "12.5 %": 12.5,
    "1e3": 1000.0,
    "1.5E-2": 0.015,
    "1 .4": None,
    "1 0": None,
    "1O": None,
    "#N/A": None,
    "nan": None,
    "inf": None,
    "Infinity": None,
    "1e999": None,
    "1,23": None,
    "1,2345": None,
    "1234,567": None,
    ",123": None,
    "12,5": None,
    "5\u00b9": None,
    "1-": None,
    "(2)": None,
    "0x10": None,
    "--5": None,
    "5%%": None,
    "1_000": None,
    "\u0665": None,
}
WHOLE = {"5.0": 5, "1,234": 1234, "1e3": 1000, "5.5": None, "5%": None, "1e15": None}
DIAGNOSES = {
    "F10.1": "F101",
    "f101": "F101",
    "F10": "F10",
    "F10X": "F10",
    "F10.X": "F10",
    "T51-": "T51",
    "T51.-": "T51",
    "T510D": "T510",
    "T51.0A": "T510",
    "X65.9": "X659",
    "X65X": "X65",
    "M796.0": None,
    "M7960": "M7960",
    "T08X0": "T08",
    "S52.X0": "S52",
    "F1O1": None,
    "10F": None,
    "F1": None,
    "F10 1": None,
    "F1.01": None,
    "#N/A": None,
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    scratch: Path = tmp_path_factory.mktemp("engine")
    engine = Engine(scratch)
    yield engine
    engine.close()


def read(engine: Engine, macro: str, text: str) -> object:
    return engine.one(f"select {macro.format(chr(39) + text + chr(39))}")[0]


@pytest.mark.parametrize(("text", "expected"), DATES.items())
def test_dates(engine: Engine, text: str, expected: date | None) -> None:
    assert read(engine, "parse_date({0})", text) == expected


@pytest.mark.parametrize(("text", "expected"), NUMBERS.items())
def test_numbers(engine: Engine, text: str, expected: float | None) -> None:
    assert read(engine, "parse_number({0})", text) == expected


@pytest.mark.parametrize(("text", "expected"), WHOLE.items())
def test_whole_numbers(engine: Engine, text: str, expected: int | None) -> None:
    assert read(engine, "whole_number(parse_number({0}), {0})", text) == expected


@pytest.mark.parametrize(("text", "expected"), DIAGNOSES.items())
def test_diagnoses(engine: Engine, text: str, expected: str | None) -> None:
    assert read(engine, "parse_icd10({0})", text) == expected
