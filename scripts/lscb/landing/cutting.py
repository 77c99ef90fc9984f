"""Cut the lines of a CSV file in bulk, and leave to `Records` those that need it.

A line is cut in bulk where its bytes prove that both readers cut it alike: ASCII
without odd blanks, quotes only around whole fields, not endless, as many fields as the
header. All other lines are read singly, as they would be without this module.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from lscb.landing.records import ODD_BLANKS, is_plain, plain
from lscb.landing.text_files import Records, TextFile, open_bytes

Numbers = npt.NDArray[np.int64]
# Texts of which there are few, by codes.
CODES = pa.dictionary(pa.int32(), pa.string())
# What is cut at once; larger blocks leave the processor's caches.
BLOCK = 4_000_000
# A line of more bytes is read singly, and its letters counted.
LONG_LINE = 30_000
LINE_END, CARRIAGE_RETURN, QUOTE = 10, 13, 34
# Bytes of which a text without blanks of other kinds has none.
IS_ODD = np.zeros(256, bool)
IS_ODD[[*ODD_BLANKS, *range(128, 256)]] = True


@dataclass(frozen=True)
class Block:
    """Whole lines of a file: where their bytes begin, the first line, how many."""

    offset: int
    size: int
    first_line: int
    lines: int


@dataclass(frozen=True)
class Cut:
    """Lines cut in bulk: their numbers, their fields `c1`, `c2`, ... as asked for.

    `others` are the numbers of all other lines after the header.
    """

    blocks: list[Block]
    lines: Numbers
    fields: pa.Table
    others: Numbers


def cut(source: TextFile, keys: Sequence[int], coded: Sequence[int]) -> Cut:
    """Cut a file; of each line the fields at these places, the latter as codes."""
    kinds = {f"c{place + 1}": pa.string() for place in keys}
    kinds |= {f"c{place + 1}": CODES for place in coded}
    blocks, lines, others = [], [], []
    tables = [pa.schema(kinds.items()).empty_table()]
    with open_bytes(source.path, source.is_gzip) as stream:
        for block, content in _blocks(stream):
            blocks.append(block)
            found, table = _cut_block(source, block, content, kinds)
            if table.num_rows:
                tables.append(table)
            is_left = np.ones(block.lines, bool)
            is_left[found] = False
            is_left[: max(source.header_end + 1 - block.first_line, 0)] = False
            lines.append(found + block.first_line)
            others.append(np.flatnonzero(is_left) + block.first_line)
    fields = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    return Cut(blocks, np.concatenate(lines), fields, np.concatenate(others))


def read_singly(
    source: TextFile, cut: Cut, wanted: Numbers, swallowed: list[int], is_first: bool
) -> Iterator[pa.Table]:
    """The records that begin in the wanted lines, as `TextFile.batches` gives them.

    Lines that were not wanted and belong to a record that began before them are added
    to `swallowed`. Records above the header come with the first reading alone.
    """
    wanted = np.concatenate([np.arange(1, source.header_end + 1), wanted])
    with open_bytes(source.path, source.is_gzip) as stream:

        def is_inside() -> bool:
            return records.is_inside

        lines = _lines_of(source, stream, cut.blocks, wanted, is_inside, swallowed)
        records = Records(lines, source.delimiter, source.text)
        *above, _ = islice(records.rows(), source.header_rows)
        aside = source.records_above(above) if is_first else []
        yield from records.batches(source.header, source.extract, aside)


def _blocks(stream: BinaryIO) -> Iterator[tuple[Block, bytes]]:
    """A file in blocks of whole lines, each with its place."""
    offset, line, rest = 0, 1, b""
    while True:
        chunk = stream.read(BLOCK)
        content = rest + chunk
        size = content.rfind(b"\n") + 1 if chunk else len(content)
        content, rest = content[:size], content[size:]
        if content:
            lines = content.count(b"\n") + (not content.endswith(b"\n"))
            yield Block(offset, size, line, lines), content
            offset, line = offset + size, line + lines
        if not chunk:
            return


def _ends(content: bytes) -> Numbers:
    """Behind each line of a block, its line end included."""
    ends = np.flatnonzero(np.frombuffer(content, np.uint8) == LINE_END) + 1
    return ends if content.endswith(b"\n") else np.append(ends, len(content))


def _cut_block(
    source: TextFile, block: Block, content: bytes, kinds: dict[str, pa.DataType]
) -> tuple[Numbers, pa.Table]:
    """The lines of a block that could be cut, counted from 0, and their fields."""
    ends = _ends(content)
    has_quotes = b'"' in content
    is_even = _are_even(content, ends, source.delimiter, has_quotes)
    is_even[: max(source.header_end + 1 - block.first_line, 0)] = False
    even = np.flatnonzero(is_even)
    ragged: list[int] = []

    def leave(row: pa_csv.InvalidRow) -> str:
        ragged.append(row.number - 1)
        return "skip"

    if not len(even):
        return even, pa.table(
            {name: pa.array([], kind) for name, kind in kinds.items()}
        )
    table = pa_csv.read_csv(
        pa.BufferReader(_only(content, ends, is_even)),
        read_options=pa_csv.ReadOptions(
            use_threads=False,
            block_size=len(content) + 1,
            column_names=[f"c{i + 1}" for i in range(source.header.width)],
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=source.delimiter,
            quote_char='"' if has_quotes else False,
            double_quote=False,
            ignore_empty_lines=False,
            invalid_row_handler=leave,
        ),
        convert_options=pa_csv.ConvertOptions(
            check_utf8=False,
            column_types=kinds,
            include_columns=list(kinds),
            null_values=[],
        ),
    )
    found = np.delete(even, ragged)
    if len(found) != table.num_rows:
        raise RuntimeError(f"{len(found)} lines were cut into {table.num_rows}")
    return found, table


def _are_even(
    content: bytes, ends: Numbers, delimiter: str, has_quotes: bool
) -> npt.NDArray[np.bool_]:
    """Of each line whether two readers cannot but cut it alike."""
    is_even = np.diff(ends, prepend=0) <= LONG_LINE
    text = np.frombuffer(content, np.uint8)
    if not is_plain(content):
        odd = np.flatnonzero(IS_ODD[text])
        is_even[np.searchsorted(ends, odd, "right")] = False
    if has_quotes:
        is_even &= ~_have_odd_quotes(text, ends, ord(delimiter))
    return is_even


def _have_odd_quotes(
    text: npt.NDArray[np.uint8], ends: Numbers, delimiter: int
) -> npt.NDArray[np.bool_]:
    """Of each line whether it has a quote that does not open or close a whole field."""
    quotes = np.flatnonzero(text == QUOTE)
    line = np.searchsorted(ends, quotes, "right")
    counts = np.bincount(line, minlength=len(ends))
    ordinal = np.arange(len(quotes)) - (np.cumsum(counts) - counts)[line]
    framed = np.concatenate([[LINE_END], text, [LINE_END]])
    before, after = framed[quotes], framed[quotes + 2]
    opens = (before == delimiter) | (before == LINE_END)
    closes = (after == delimiter) | (after == LINE_END) | (after == CARRIAGE_RETURN)
    is_odd = counts % 2 == 1
    is_odd[line[~np.where(ordinal % 2 == 0, opens, closes)]] = True
    return is_odd


def _only(content: bytes, ends: Numbers, is_wanted: npt.NDArray[np.bool_]) -> bytes:
    """The bytes of some of a block's lines."""
    if is_wanted.all():
        return content
    turns = np.flatnonzero(np.diff(is_wanted, prepend=False, append=False))
    starts = np.concatenate([[0], ends])[turns]
    view = memoryview(content)
    pairs = zip(starts[::2], starts[1::2], strict=True)
    return b"".join(view[start:end] for start, end in pairs)


def _lines_of(
    source: TextFile,
    stream: BinaryIO,
    blocks: Sequence[Block],
    wanted: Numbers,
    is_inside: Callable[[], bool],
    swallowed: list[int],
) -> Iterator[tuple[int, str]]:
    """Physical lines as text: those wanted, and what belongs to the same record."""
    line = 1
    for block in blocks:
        after = block.first_line + block.lines
        if not is_inside() and not _next(wanted, line) < after:
            continue
        stream.seek(block.offset)
        content = stream.read(block.size)
        ends = _ends(content)
        line = block.first_line
        while line < after:
            following = _next(wanted, line)
            if following != line:
                if is_inside():
                    swallowed.append(line)
                else:
                    line = min(following, after)
                    continue
            place = line - block.first_line
            start = ends[place - 1] if place else 0
            yield line, _text(source, content[start : ends[place]], line)
            line += 1


def _next(wanted: Numbers, line: int) -> int:
    """The first wanted line from here on; past all lines where there is none."""
    place = np.searchsorted(wanted, line)
    return int(wanted[place]) if place < len(wanted) else np.iinfo(np.int64).max


def _text(source: TextFile, line: bytes, number: int) -> str:
    if number == 1:
        line = line.removeprefix(b"\xef\xbb\xbf")
    encoding = source.text.encoding.removesuffix("-sig")
    return plain(line.decode(encoding))
