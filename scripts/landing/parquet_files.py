"""Parquet files: plain columns, rendered to text in one way whatever their type."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from landing.records import BATCH_ROWS, Header, missing_columns, read_header, text_table
from landing.reference import Extract
from landing.refusals import Refused


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file whose columns were matched."""

    path: Path
    header: Header

    def batches(self) -> Iterator[pa.Table]:
        """All records as Arrow tables of text columns; the line is their number."""
        line = 1
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(batch_size=BATCH_ROWS):
                    yield _to_text(batch, line)
                    line += batch.num_rows
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise Refused("parquet_broken") from error


def open_parquet(path: Path, extract: Extract, optional: frozenset[str]) -> ParquetFile:
    """Read the schema of a Parquet file and match its columns."""
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Refused("parquet_broken") from error
    for column in schema:
        if not _is_plain(column.type):
            raise Refused("column_nested", column=column.name)
    missing = missing_columns(schema.names, extract, optional)
    if missing:
        raise Refused("header_missing", columns=", ".join(missing))
    return ParquetFile(path, read_header(schema.names, extract))


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind)
        or pa.types.is_time(kind)
        or pa.types.is_null(kind)
    )


def _to_text(batch: pa.RecordBatch, first_line: int) -> pa.Table:
    lines = pa.array(range(first_line, first_line + batch.num_rows), pa.int64())
    faults = pa.nulls(batch.num_rows, pa.string())
    columns = [_column_to_text(column) for column in batch.columns]
    return text_table(lines, faults, [pc.fill_null(column, "") for column in columns])


def _column_to_text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.array([_number(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_timestamp(kind):
        column = pc.strftime(column.cast(pa.timestamp("s"), safe=False), "%Y-%m-%d")
    if pa.types.is_boolean(kind):
        return pc.utf8_upper(column.cast(pa.string()))
    return column.cast(pa.string())


def _number(value: object) -> str | None:
    """A number without a fraction of nothing: 301.0 is 301."""
    if value is None:
        return None
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
