"""Files of very many columns, lines or long records: read within memory, or refused."""

import gzip
import io
from collections.abc import Iterator

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landing_help import LADO, LADO_HEADER, Lander, adds_up, lado_row, lado_text

from lscb.landing import checking, records, text_files

MOST = 1_000
OTHER = LADO.replace("v1", "v2")
STATISTICS = "ees_statistics__DFE__wide__v1.csv"
PLACE = (
    "time_period,time_identifier,geographic_level,country_code,country_name,"
    "region_code,region_name,new_la_code,la_name"
)


def wide_lado(columns: int) -> tuple[list[str], list[list[str]]]:
    """A header of so many columns, and two records."""
    header = LADO_HEADER.split(",")
    more = columns - len(header)
    header += [f"c{number}" for number in range(more)]
    rows = [[*lado_row(key).split(","), *["x"] * more] for key in "12"]
    return header, rows


def as_text(columns: int) -> bytes:
    header, rows = wide_lado(columns)
    return "\n".join(map(",".join, [header, *rows, []])).encode()


def as_book(columns: int) -> bytes:
    """A workbook; what stands right of the table is blank, out to the last column."""
    header, rows = wide_lado(columns)
    book = openpyxl.Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    book.active.cell(1, 16_384, " ")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_parquet(columns: int) -> bytes:
    header, rows = wide_lado(columns)
    content = io.BytesIO()
    table = pa.table([pa.array(each) for each in zip(*rows, strict=True)], header)
    pq.write_table(table, content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("ending", "made"),
    [("csv", as_text), ("xlsx", as_book), ("parquet", as_parquet)],
)
def test_a_file_of_too_many_columns_is_refused_alone(lander, ending, made) -> None:
    at, above = LADO.replace("csv", ending), OTHER.replace("csv", ending)
    lander.send(at, made(MOST))
    lander.send(above, made(MOST + 1))
    lander.send(OTHER.replace("v2", "v3"), made(9_000))
    lander.land()
    assert lander.entry(at).rows_accepted == 2
    assert lander.entry(above).refusal_code == "too_many_columns"
    assert f"has {MOST + 1:,} columns" in str(lander.entry(above).refusal_reason)


def test_columns_without_a_name_are_one(lander: Lander) -> None:
    commas = "," * 16_000
    rows = [lado_row("1") + commas, lado_row("2") + commas]
    entry = lander.one(LADO, "\n".join([LADO_HEADER + commas, *rows, ""]))
    assert entry.rows_accepted == 2


def test_as_many_figures_as_may_be_are_read(lander: Lander) -> None:
    """With commas and the header again, for which all columns are asked at once."""
    names = [f"sum{number}" for number in range(MOST - 9)]
    header = ",".join([PLACE, *names])
    place = "2014,Calendar year,Local authority,E92000001,England,E12000007,London"
    rows = [
        ",".join([place, f"E090000{area:02}", "x", *['"1,234"'] * len(names)])
        for area in range(2, 6)
    ]
    entry = lander.one(STATISTICS, "\n".join([header, *rows[:2], header, *rows[2:]]))
    assert (entry.rows_accepted, entry.rows_set_aside) == (4, 1)
    told = {
        (row["statistic"], row["statistic_value"])
        for row in lander.accepted("ees_statistics")
    }
    assert told == {(name, 1234) for name in names}


def test_as_many_filters_as_may_be_are_read(lander: Lander) -> None:
    names = [f"kind{number}" for number in range(MOST - 10)]
    place = "2014,Calendar year,Local authority,E92000001,England,E12000007,London"
    row = ",".join([place, "E09000002", "x", *["so"] * len(names), "7"])
    header = ",".join([PLACE, *names, "sum"])
    lander.one(STATISTICS, f"{header}\n{row}\n")
    (told,) = lander.accepted("ees_statistics")
    assert told["filters"] == ";".join(f"{name}=so" for name in sorted(names))


@pytest.mark.parametrize(
    ("bound", "ending"),
    [
        ("BATCH_CELLS", "csv"),
        ("BATCH_CELLS", "xlsx"),
        ("BATCH_CELLS", "parquet"),
        ("BATCH_LETTERS", "csv"),
        ("BATCH_LETTERS", "xlsx"),
    ],
)
def test_wide_and_long_records_are_read_a_few_at_once(
    lander: Lander, monkeypatch: pytest.MonkeyPatch, bound: str, ending: str
) -> None:
    monkeypatch.setattr(records, bound, 30)
    monkeypatch.setattr(text_files, "BATCH_LETTERS", records.BATCH_LETTERS)
    sizes = []
    real = records.text_table

    def counted(lines: pa.Array, *others: object) -> pa.Table:
        sizes.append(len(lines))
        return real(lines, *others)

    monkeypatch.setattr(records, "text_table", counted)
    monkeypatch.setattr("lscb.landing.parquet_files.text_table", counted)
    made = {"csv": as_text, "xlsx": as_book, "parquet": as_parquet}[ending]
    assert lander.one(LADO.replace("csv", ending), made(20)).rows_accepted == 2
    assert sizes == [1, 1]


def blank_lines(ending: str, lines: int) -> bytes:
    """Two records, and blank lines up to so many."""
    text = lado_text(lado_row("1"), lado_row("2")) + "\n" * (lines - 3)
    if ending == "csv.gz":
        return gzip.compress(text.encode())
    return text.encode("utf-16" if ending == "utf-16" else "utf-8")


def of_records(records_: int) -> bytes:
    header = LADO_HEADER.split(",")
    rows = [lado_row(f"{number}").split(",") for number in range(records_)]
    content = io.BytesIO()
    pq.write_table(pa.table(list(zip(*rows, strict=True)), header), content)
    return content.getvalue()


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "utf-16", "parquet"])
def test_a_file_of_too_many_lines_is_refused_before_they_are_cut(
    lander: Lander, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(records, "LINES_LIMIT", 50)
    name = LADO.replace("csv", ending if ending != "utf-16" else "csv")
    made = of_records if ending == "parquet" else lambda n: blank_lines(ending, n)
    assert lander.one(name, made(40)).refusal_code is None

    def never(*_: object) -> Iterator[pa.Table]:
        raise AssertionError("a record was cut")

    monkeypatch.setattr(text_files.TextFile, "batches", never)
    monkeypatch.setattr("lscb.landing.parquet_files.ParquetFile.batches", never)
    entry = lander.one(name.replace("v1", "v2"), made(60))
    assert entry.refusal_code == "too_many_lines"
    assert "20 million lines" in str(entry.refusal_reason)


def test_lines_within_the_bound_are_all_told(lander: Lander) -> None:
    entry = lander.one(LADO.replace("csv", "csv.gz"), blank_lines("csv.gz", 100_000))
    assert (entry.lines_read, entry.rows_accepted) == (2, 2)
    assert adds_up(entry)


def test_records_that_say_too_much_are_refused_and_a_few_are_not(
    lander: Lander,
) -> None:
    """What is not read on, as names are not, may be as long as a line."""
    few = [lado_row(f"{n}", outcome="x" * 1_900_000) for n in range(10)]
    names = [lado_row(f"a{n}", staff_name="x" * 1_900_000) for n in range(20)]
    just = [lado_row(f"b{n}", outcome="x" * 29_000) for n in range(100)]
    entry = lander.lado(*few, *names, *just)
    assert (entry.refusal_code, entry.rows_accepted) == (None, 130)
    more = [lado_row(f"{n}", allegation_category="y" * 1_900_000) for n in range(11)]
    lander.send(OTHER, lado_text(*more, lado_row("c")))
    lander.land()
    assert lander.entry(OTHER).refusal_code == "records_too_long"
    assert lander.entry(LADO).refusal_code is None


def test_a_large_batch_is_judged_in_portions(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "BATCH_LETTERS", 1_000)
    given = []
    real = checking.Engine.given

    def counted(engine: checking.Engine, name: str, arrow: pa.Table):
        if name == "batch":
            given.append(arrow.num_rows)
        return real(engine, name, arrow)

    monkeypatch.setattr(checking.Engine, "given", counted)
    entry = lander.one(LADO.replace("csv", "parquet"), of_records(101))
    assert (entry.lines_read, entry.rows_accepted) == (101, 101)
    lines = [row["line_number"] for row in lander.records("lado_referrals")]
    assert lines == list(range(1, 102))
    assert sum(given) == 101
    assert max(given) < 20
