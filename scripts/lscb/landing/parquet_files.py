"""Parquet files: columns of any type, rendered to text in one way."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lscb.landing.parquet_pages import BrokenPageError, sizes_of_groups
from lscb.landing.records import (
    Header,
    is_plain,
    missing_columns,
    plain,
    read_header,
    refuse_if_too_long,
    refuse_if_too_wide,
    rows_at_once,
    text_table,
)
from lscb.landing.reference import Extract
from lscb.landing.refusals import Refused

# What a file may unpack to by what it says of itself, a byte at least for each value.
UNPACKED_LIMIT = 4_000_000_000
# A page is unpacked whole, and one page may be all of a row group.
GROUP_LIMIT = 500_000_000
# What the texts of one batch may come to: a dictionary holds a text once for all rows.
BATCH_LIMIT = 400_000_000
BROKEN = (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError)


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file whose columns were matched."""

    path: Path
    header: Header
    may_have_decimal_commas = False

    def batches(self) -> Iterator[pa.Table]:
        """All records as Arrow tables of text columns; the line is their number."""
        line = 1
        try:
            with _open(self.path) as file:
                most = rows_at_once(len(file.schema_arrow.names))
                for batch in file.iter_batches(batch_size=most):
                    yield self._to_text(batch, line)
                    line += batch.num_rows
        except BROKEN as error:
            raise Refused("parquet_broken") from error

    def _to_text(self, batch: pa.RecordBatch, first_line: int) -> pa.Table:
        lines = pa.array(range(first_line, first_line + batch.num_rows), pa.int64())
        faults = pa.nulls(batch.num_rows, pa.string())
        _refuse_if_too_large(sum(map(_text_size, batch.columns)))
        columns = [
            pc.fill_null(_column_to_text(column, name), "")
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ]
        if self.header.has_unnamed:
            rows = zip(*(column.to_pylist() for column in columns), strict=True)
            spread = zip(*(self.header.spread(row) for row in rows), strict=True)
            columns = [pa.array(column, pa.string()) for column in spread]
        return text_table(lines, faults, columns)


def open_parquet(path: Path, extract: Extract, optional: frozenset[str]) -> ParquetFile:
    """Read the schema of a Parquet file and match its columns."""
    try:
        with _open(path) as file:
            _refuse_if_too_large(_declared_size(file.metadata), UNPACKED_LIMIT)
            refuse_if_too_wide(len(file.schema_arrow.names))
            refuse_if_too_long(file.metadata.num_rows)
            groups = list(sizes_of_groups(path, file.metadata))
            _refuse_if_too_large(sum(groups), UNPACKED_LIMIT)
            _refuse_if_too_large(max(groups, default=0), GROUP_LIMIT)
            schema = file.schema_arrow
    except (*BROKEN, BrokenPageError) as error:
        raise Refused("parquet_broken") from error
    missing = missing_columns(schema.names, extract, optional)
    if missing:
        raise Refused("header_missing", columns=", ".join(missing))
    header = read_header(schema.names, extract)
    kinds = [schema.field(place).type for place in header.places]
    if extract.dynamic is not None and extract.dynamic.pattern is None:
        # Any name may be a column of figures there; one that holds none is an extra.
        odd = [place for place in header.dynamic if not _is_plain(kinds[place])]
        header.dynamic = [place for place in header.dynamic if place not in odd]
        header.extra += odd
    for place in (*header.found.values(), *header.dynamic):
        if not _is_plain(kinds[place]):
            raise Refused("column_nested", column=header.names[place])
    return ParquetFile(path, header)


def _open(path: Path) -> pq.ParquetFile:
    """The file, its pages checked by their sums, texts still in their dictionaries."""
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
    texts = [
        column.name
        for column in schema
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    ]
    return pq.ParquetFile(
        path,
        page_checksum_verification=True,
        read_dictionary=[name for name in texts if schema.names.count(name) == 1],
    )


def _declared_size(metadata: pq.FileMetaData) -> int:
    groups = range(metadata.num_row_groups)
    declared = sum(metadata.row_group(number).total_byte_size for number in groups)
    return max(declared, metadata.num_rows * metadata.num_columns)


def _refuse_if_too_large(size: int, limit: int = 0) -> None:
    if size > (limit or BATCH_LIMIT):
        raise Refused("parquet_too_large")


def _text_size(column: pa.Array) -> int:
    """How many bytes the texts of a dictionary come to when each row has its own."""
    if not pa.types.is_dictionary(column.type):
        return 0
    kind = column.type.value_type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return 0
    sizes = pc.binary_length(column.dictionary)
    return pc.sum(pc.take(sizes, column.indices).cast(pa.int64())).as_py() or 0


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or _is_bytes(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind)
        or pa.types.is_time(kind)
        or pa.types.is_null(kind)
    )


def _is_bytes(kind: pa.DataType) -> bool:
    """Bytes: some programs write their texts as such."""
    return (
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _column_to_text(column: pa.Array, name: str) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if not _is_plain(kind):
        # A column that the extract does not ask for: distinguished, and not read.
        return pa.array(map(_shown, column.to_pylist()), pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.array([_number(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_timestamp(kind):
        return _moments(column, name)
    if pa.types.is_boolean(kind):
        return pc.utf8_upper(column.cast(pa.string()))
    if _is_bytes(kind):
        return pa.array([_text(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_integer(kind) or pa.types.is_date(kind) or pa.types.is_time(kind):
        return column.cast(pa.string())
    return _plain_texts(column.cast(pa.string()))


def _shown(value: object) -> str | None:
    return None if value is None else plain(repr(value))


def _text(value: bytes | None) -> str | None:
    """Bytes as the text that they are, else as they are written down."""
    if value is None:
        return None
    try:
        return plain(value.decode("utf-8"))
    except UnicodeDecodeError:
        return value.hex()


def _plain_texts(column: pa.Array) -> pa.Array:
    buffer = column.buffers()[2] if len(column) else None
    if buffer is None or is_plain(buffer.to_pybytes()):
        return column
    texts = column.to_pylist()
    return pa.array([None if text is None else plain(text) for text in texts])


def _moments(column: pa.Array, name: str) -> pa.Array:
    """Day and time in the column's own zone; without one, as written."""
    zone = column.type.tz
    if zone is not None:
        try:
            column = pc.local_timestamp(column)
        except pa.ArrowInvalid as error:
            raise Refused("time_zone_unknown", column=name, zone=zone) from error
    text = pc.strftime(column, "%Y-%m-%d %H:%M:%S")
    return pc.replace_substring_regex(text, r" 00:00:00(\.0*)?$", "")


def _number(value: object) -> str | None:
    """A number without a fraction of nothing: 301.0 is 301."""
    if value is None:
        return None
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
