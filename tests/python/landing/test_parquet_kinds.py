"""Parquet files of other programs: time zones, page sums, odd columns, bombs."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landing_help import LADO, Lander

from lscb.landing import parquet_files

NAME = LADO.replace(".csv", ".parquet")
DAYS = [date(2008, 4, 1), date(2008, 5, 31), date(2008, 6, 30)]


def parquet(columns: dict[str, object], **options: object) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content, **options)
    return content.getvalue()


def lado(days: object = DAYS, **columns: object) -> dict[str, object]:
    return {
        "referral_id": ["a", "b", "c"],
        "referral_date": days,
        "contact_type": ["Referral"] * 3,
        **columns,
    }


def days_of(lander: Lander) -> list[date]:
    return [r["referral_date"] for r in lander.records("lado_referrals")]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize(
    "zone", ["Europe/London", "America/New_York", "UTC", "Asia/Kolkata", None]
)
def test_midnight_is_of_the_columns_own_zone(
    lander: Lander, zone: str | None, unit: str
) -> None:
    known = None if zone is None else ZoneInfo(zone)
    days = [datetime(d.year, d.month, d.day, tzinfo=known) for d in DAYS]
    kind = pa.timestamp(unit, zone)
    content = parquet(lado(pa.array(days, kind)))
    assert lander.one(NAME, content).rows_accepted == 3
    assert days_of(lander) == DAYS


@pytest.mark.parametrize("hours", [-5, 1, 14])
def test_midnight_is_of_the_columns_own_offset(lander: Lander, hours: int) -> None:
    days = [
        datetime(d.year, d.month, d.day, tzinfo=UTC) - timedelta(hours=hours)
        for d in DAYS
    ]
    kind = pa.timestamp("us", f"{hours:+03d}:00")
    assert lander.one(NAME, parquet(lado(pa.array(days, kind)))).rows_accepted == 3
    assert days_of(lander) == DAYS


def test_a_moment_before_1970_is_of_its_day(lander: Lander) -> None:
    dob = [datetime(1969, 12, 31, 23, 59, 59, 500_000)] * 3
    times = pa.array(dob, pa.timestamp("us"))
    content = parquet(
        lado(child_dob=times, employer_sector=times.cast("timestamp[ns]"))
    )
    assert lander.one(NAME, content).rows_accepted == 3


def test_a_time_zone_that_nobody_knows_is_named(lander: Lander) -> None:
    days = pa.array([datetime(2008, 5, 1)] * 3, pa.timestamp("us"))
    content = parquet(lado(days.cast(pa.timestamp("us", "Mars/Phobos"))))
    entry = lander.one(NAME, content)
    assert entry.refusal_code == "time_zone_unknown"
    assert "Mars/Phobos" in str(entry.refusal_reason)


def test_a_page_whose_sum_does_not_fit_is_damaged(lander: Lander) -> None:
    columns = lado(employer_sector=["school-one", "school-two", "nursery-9"])
    content = parquet(
        columns,
        write_page_checksum=True,
        compression="none",
        use_dictionary=False,
        write_statistics=False,
    )
    assert lander.one(NAME, content).rows_accepted == 3
    assert content.count(b"nursery-9") == 1
    entry = lander.one(NAME, content.replace(b"nursery-9", b"nursery-8"))
    assert entry.refusal_code == "parquet_broken"
    assert "damaged" in str(entry.refusal_reason)


EXTRAS = {
    "list": [["x"], [], None],
    "struct": [{"a": 1}, {"a": None}, None],
    "map": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int64())),
    "decimal": [Decimal("1.5"), None, Decimal("2")],
    "wide decimal": pa.array([Decimal("1.5")] * 3, pa.decimal256(60, 2)),
    "bytes": [b"\xff\x00", b"text", None],
    "fixed bytes": pa.array([b"abcd"] * 3, pa.binary(4)),
    "duration": pa.array([timedelta(1), None, timedelta(2)], pa.duration("ns")),
    "half": pa.array([1.5, None, 2.0], pa.float16()),
    "null": pa.nulls(3),
    "large list": pa.array([[1], [2], None], pa.large_list(pa.int8())),
    "nested": [{"a": [{"b": [1]}]}, None, {"a": []}],
    "time": pa.array([1, 2, None], pa.time64("ns")),
    "unsigned": pa.array([2**64 - 1, None, 0], pa.uint64()),
}


def test_extra_columns_may_be_of_any_type(lander: Lander) -> None:
    entry = lander.one(NAME, parquet(lado(**EXTRAS)))
    assert (entry.refusal_code, entry.rows_accepted) == (None, 3)
    assert lander.notices() == {(name, "column_extra", 1) for name in EXTRAS}


def test_records_that_differ_in_an_extra_column_are_no_duplicates(
    lander: Lander,
) -> None:
    columns = lado(DAYS[:1] * 3) | {"referral_id": ["a", "a", "b"]}
    columns["who"] = [{"k": [1]}, {"k": [2]}, {"k": [3]}]
    entry = lander.one(NAME, parquet(columns))
    assert entry.refusal_code == "half_set_aside"
    columns["who"] = [{"k": [1]}] * 3
    assert lander.one(NAME, parquet(columns)).rows_duplicate == 1


def test_an_extra_column_of_lists_is_none_of_the_statistics(lander: Lander) -> None:
    columns = {
        "time_period": ["202425"],
        "time_identifier": ["Financial year"],
        "geographic_level": ["Local authority"],
        "new_la_code": ["E09000002"],
        "la_name": ["Barking and Dagenham"],
        "figure": [5],
        "notes": [["a"]],
    }
    entry = lander.one("ees_statistics__DFE__2025__v1.parquet", parquet(columns))
    assert (entry.refusal_code, entry.rows_accepted) == (None, 1)
    assert ("notes", "column_extra", 1) in lander.notices()


def test_texts_written_as_bytes_are_texts(lander: Lander) -> None:
    columns = {
        name: [str(value).encode() for value in values]
        for name, values in lado().items()
    }
    assert lander.one(NAME, parquet(columns)).rows_accepted == 3
    assert days_of(lander) == DAYS


def test_blanks_that_do_not_show_are_blanks_in_parquet(lander: Lander) -> None:
    columns = lado(contact_type=["Re\xadferral", "\u200eReferral", "Referral\xa0"])
    assert lander.one(NAME, parquet(columns)).rows_accepted == 3


def test_columns_without_a_name_are_one_extra_column(lander: Lander) -> None:
    content = io.BytesIO()
    arrays = [*map(pa.array, lado().values()), pa.array(["x", None, ""])]
    pq.write_table(pa.table(arrays, names=[*lado(), ""]), content)
    entry = lander.one(NAME, content.getvalue())
    assert (entry.refusal_code, entry.rows_accepted) == (None, 3)
    assert lander.notices() == {("(without a name)", "column_extra", 1)}


def test_what_unpacks_to_too_much_is_refused_by_what_it_says(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = parquet(lado(note=["x" * 100_000] * 3), use_dictionary=False)
    assert len(wide) < 60_000
    assert lander.one(NAME, wide).rows_accepted == 3
    monkeypatch.setattr(parquet_files, "UNPACKED_LIMIT", 200_000)
    other = parquet(lado(note=["y" * 100_000] * 3), use_dictionary=False)
    assert lander.one(NAME, other).refusal_code == "parquet_too_large"


def test_rows_of_nothing_without_end_are_refused(lander: Lander) -> None:
    content = io.BytesIO()
    names = [*lado(), *(f"x{number}" for number in range(2_000))]
    schema = pa.schema([(name, pa.null()) for name in names])
    group = pa.table([pa.nulls(1_000_000)] * len(names), schema=schema)
    with pq.ParquetWriter(content, schema) as writer:
        for _ in range(3):
            writer.write_table(group)
    entry = lander.one(NAME, content.getvalue())
    assert entry.refusal_code == "parquet_too_large"


def test_one_text_for_many_rows_does_not_fill_the_memory(lander: Lander) -> None:
    rows = 40_000
    note = pa.DictionaryArray.from_arrays(
        pa.array([0] * rows, pa.int32()), pa.array(["x" * 200_000])
    )
    content = parquet(
        {
            "referral_id": [str(number) for number in range(rows)],
            "referral_date": DAYS[:1] * rows,
            "contact_type": ["Referral"] * rows,
            "note": note,
        }
    )
    assert len(content) < 2_000_000
    assert lander.one(NAME, content).refusal_code == "parquet_too_large"


def test_a_row_group_that_is_one_large_page_is_refused(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Smaller groups of the same rows are read."""
    monkeypatch.setattr(parquet_files, "GROUP_LIMIT", 200_000)
    notes = [f"{number}" * 100_000 for number in range(3)]
    for rows, code in ((1, None), (3, "parquet_too_large")):
        content = io.BytesIO()
        table = pa.table(lado(note=notes))
        pq.write_table(table, content, row_group_size=rows, use_dictionary=False)
        assert lander.one(NAME, content.getvalue()).refusal_code == code


def as_varint(number: int, length: int = 0) -> bytes:
    """A number as the end of a Parquet file has it, at least so many bytes long."""
    left, found = 2 * number, []
    while left > 127 or len(found) + 1 < length:
        found.append(left & 127 | 128)
        left >>= 7
    return bytes([*found, left])


def lying(content: bytes) -> bytes:
    """The file, whose end says that its columns unpack to little."""
    with pq.ParquetFile(io.BytesIO(content)) as file:
        group = file.metadata.row_group(0)
        columns = range(group.num_columns)
        sizes = [group.column(n).total_uncompressed_size for n in columns]
    end = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    footer = content[end:]
    for size in (*sizes, group.total_byte_size):
        if size > 100_000:
            said = as_varint(size)
            assert said in footer
            footer = footer.replace(said, as_varint(99, len(said)))
    return content[:end] + footer


def test_pages_are_believed_and_not_what_is_said_of_them(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (
        lying(parquet(lado(note=[note * 3_000_000] * 3), use_dictionary=False))
        for note in ("x", "y")
    )
    with pq.ParquetFile(io.BytesIO(one)) as file:
        assert file.metadata.row_group(0).total_byte_size == 99
        assert file.read().num_rows == 3
    assert lander.one(NAME, one).rows_accepted == 3
    monkeypatch.setattr(parquet_files, "GROUP_LIMIT", 1_000_000)
    assert lander.one(NAME, other).refusal_code == "parquet_too_large"
