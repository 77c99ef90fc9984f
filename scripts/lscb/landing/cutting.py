"""Cut the lines of a CSV file in bulk, and leave to `Records` those that need it.

A line is cut in bulk where its bytes prove that both readers cut it alike: ASCII
without odd blanks, quotes only around whole fields, not endless, as many fields as the
header. All other lines are read singly, as they would be without this module.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from lscb.landing.records import BLANKS, ODD_BLANKS, is_plain, plain
from lscb.landing.text_files import (
    LINE_END,
    STRIDE,
    Records,
    TextFile,
    count_line_ends,
    open_bytes,
)

Numbers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8] | npt.NDArray[np.int16] | npt.NDArray[np.int32]
WIDTHS = (np.int8, np.int16, np.int32)
NO_LINES = np.array([], np.int64)
# Texts of which there are few, by codes.
CODES = pa.dictionary(pa.int32(), pa.string())
# Texts that are all empty, which take half as long to read where it is known before.
BLANK, NO_TEXT = pa.null(), pa.array([""])
# What is cut at once; larger blocks leave the processor's caches.
BLOCK = 4_000_000
# What is judged and written at once, in lines; and how many a file may have whose
# codes are held in memory, where those of a longer one are laid out on disk.
PART, MOST_HELD = 500_000, 1_000_000
# A line of more bytes is read singly, and its letters counted.
LONG_LINE = 30_000
CARRIAGE_RETURN, QUOTE = 13, 34
# No blank is a higher byte.
LAST_BLANK = max(BLANKS.encode())
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
    """Lines cut in bulk, in parts of a size that can be worked on at once.

    A part is a table: `line_number`, and of the fields asked for `c1`, `c2`, ... their
    trimmed texts, or the places of these in `texts`. `others` are the numbers of all
    other lines after the header.
    """

    blocks: list[Block]
    parts: list[pa.Table]
    texts: dict[str, pa.Array]
    others: Numbers


def cut(
    source: TextFile,
    keys: Sequence[int],
    coded: Sequence[int],
    most: int,
    scratch: Path,
) -> Cut | None:
    """Cut a file; of each line the fields at these places, the latter as codes.

    None where there are more texts and lines to be read singly than `most`.
    """
    kinds = {f"c{place + 1}": pa.string() for place in keys}
    kinds |= {f"c{place + 1}": CODES for place in coded}
    cutting = _Cutting(kinds, scratch if source.text.lines > MOST_HELD else None)
    blocks, others = [], []
    with open_bytes(source.path, source.is_gzip) as stream:
        for block, content in _blocks(stream):
            blocks.append(block)
            header = min(max(source.header_end + 1 - block.first_line, 0), block.lines)
            found, table = _cut_block(
                source, block.lines, header, content, cutting.kinds
            )
            if len(found) < block.lines - header:
                is_left = np.ones(block.lines, bool)
                is_left[found] = False
                is_left[:header] = False
                others.append(np.flatnonzero(is_left) + block.first_line)
            cutting.add(found + block.first_line, table)
            if cutting.count_texts() + sum(map(len, others)) > most:
                return None
    return Cut(
        blocks, cutting.finish(), cutting.texts, np.concatenate([NO_LINES, *others])
    )


class _Cutting:
    """Puts what was cut of blocks into parts, with one list of texts a column."""

    def __init__(self, kinds: dict[str, pa.DataType], scratch: Path | None):
        self._kinds = kinds
        self._scratch = scratch
        self._parts: list[pa.Table] = []
        self.texts = {
            name: pa.array([], pa.string())
            for name, kind in kinds.items()
            if kind == CODES
        }
        self._lines: list[Numbers] = []
        self._codes: dict[str, list[Codes]] = {name: [] for name in self.texts}
        self._keys: dict[str, list[pa.Array]] = {
            name: [] for name in kinds if name not in self.texts
        }

    @property
    def kinds(self) -> dict[str, pa.DataType]:
        """What to read each column as: one that was blank so far as blank, if it is."""
        blank = {name for name, texts in self.texts.items() if texts.equals(NO_TEXT)}
        return {n: BLANK if n in blank else kind for n, kind in self._kinds.items()}

    def count_texts(self) -> int:
        """How many texts there are to judge."""
        return sum(map(len, self.texts.values()))

    def add(self, lines: Numbers, table: pa.Table) -> None:
        """Add the lines of a block."""
        if not len(lines):
            return
        self._lines.append(lines)
        for name, chunks in self._keys.items():
            for chunk in table.column(name).chunks:
                chunks.append(_trimmed(chunk))
        for name, codes in self._codes.items():
            for chunk in table.column(name).chunks:
                codes.append(self._known(name, chunk))
        if sum(map(len, self._lines)) >= PART:
            self._end_part()

    def finish(self) -> list[pa.Table]:
        """The parts; none where no line was cut."""
        if self._lines:
            self._end_part()
        return self._parts

    def _known(self, name: str, chunk: pa.Array) -> Codes:
        """The texts of a block's column by their places in the list of the file."""
        if chunk.type == BLANK:
            return np.zeros(len(chunk), np.int8)
        texts = self.texts[name]
        new = pc.ascii_trim(chunk.dictionary, characters=BLANKS)
        places = pc.index_in(new, texts)
        if places.null_count:
            unknown = new.filter(places.is_null())
            texts = pa.concat_arrays([texts, unknown.unique()])
            self.texts[name] = texts
            places = pc.index_in(new, texts)
        kind = next(kind for kind in WIDTHS if len(texts) <= np.iinfo(kind).max)
        return np.take(places.to_numpy().astype(kind), chunk.indices.to_numpy())

    def _end_part(self) -> None:
        columns = {"line_number": pa.array(np.concatenate(self._lines))}
        for name, chunks in self._keys.items():
            columns[name] = pa.chunked_array(chunks, pa.string())
            chunks.clear()
        for name, codes in self._codes.items():
            columns[name] = pa.array(np.concatenate(codes))
            codes.clear()
        self._lines.clear()
        part = pa.table(columns)
        if self._scratch is not None:
            part = _laid_out(part.combine_chunks(), self._scratch)
        self._parts.append(part)


def _trimmed(texts: pa.Array) -> pa.Array:
    """Texts without blanks around them; they are copied where there is any blank."""
    _, _, letters = texts.buffers()
    if np.frombuffer(letters, np.uint8).min(initial=LAST_BLANK + 1) > LAST_BLANK:
        return texts
    return pc.ascii_trim(texts, characters=BLANKS)


def _laid_out(table: pa.Table, scratch: Path) -> pa.Table:
    """The same table on disk; its place there is free once nobody looks at it."""
    path = scratch / f"{uuid4().hex}.arrow"
    with (
        pa.OSFile(str(path), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as file,
    ):
        file.write_table(table)
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    finally:
        path.unlink()


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


def _blocks(stream: BinaryIO) -> Iterator[tuple[Block, memoryview]]:
    """A file in blocks of whole lines, each with its place.

    A block is gone when the next one is asked for.
    """
    offset, line, held = 0, 1, 0
    buffer = bytearray(BLOCK)
    while True:
        if held == len(buffer):
            buffer = buffer + bytes(len(buffer))
        read = stream.readinto(memoryview(buffer)[held:])
        held += read
        size = buffer.rfind(b"\n", 0, held) + 1 if read else held
        if size:
            content = memoryview(buffer)[:size]
            lines = count_line_ends(content) + (content[-1] != LINE_END)
            yield Block(offset, size, line, lines), content
            buffer[: held - size] = buffer[size:held]
            offset, line, held = offset + size, line + lines, held - size
        if not read:
            return


def _cut_block(
    source: TextFile,
    lines: int,
    header: int,
    content: memoryview,
    kinds: dict[str, pa.DataType],
) -> tuple[Numbers, pa.Table]:
    """The lines of a block that could be cut, counted from 0, and their fields.

    Of its lines the first may be of the header, and are left out.
    """
    has_quotes = content.obj.find(b'"', 0, len(content)) >= 0
    if source.text.is_plain and not has_quotes and _are_short(content):
        even, wanted = np.arange(header, lines), _after(content, header)
    else:
        text = bytes(content)
        ends = _ends(text)
        is_even = _are_even(text, ends, source.delimiter, has_quotes)
        is_even[:header] = False
        even, wanted = np.flatnonzero(is_even), _only(text, ends, is_even)
    if not len(even):
        return even, pa.schema(kinds.items()).empty_table()
    quote = '"' if has_quotes else False
    try:
        ragged, table = _read(source, wanted, quote, kinds)
    except pa.ArrowInvalid:
        # What was blank so far is so no longer.
        kinds = {n: CODES if kind == BLANK else kind for n, kind in kinds.items()}
        ragged, table = _read(source, wanted, quote, kinds)
    found = np.delete(even, ragged) if ragged else even
    if len(found) != table.num_rows:
        raise RuntimeError(f"{len(found)} lines were cut into {table.num_rows}")
    return found, table


def _read(
    source: TextFile,
    content: bytes | memoryview,
    quote: str | bool,
    kinds: dict[str, pa.DataType],
) -> tuple[list[int], pa.Table]:
    """The fields of lines, and which lines had too few or too many, counted from 0."""
    ragged: list[int] = []

    def leave(row: pa_csv.InvalidRow) -> str:
        ragged.append(row.number - 1)
        return "skip"

    table = pa_csv.read_csv(
        pa.BufferReader(content),
        read_options=pa_csv.ReadOptions(
            use_threads=False,
            block_size=len(content) + 1,
            column_names=[f"c{i + 1}" for i in range(source.header.width)],
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=source.delimiter,
            quote_char=quote,
            double_quote=False,
            ignore_empty_lines=False,
            invalid_row_handler=leave,
        ),
        convert_options=pa_csv.ConvertOptions(
            check_utf8=False,
            column_types=kinds,
            include_columns=list(kinds),
            # Empty is nothing in a column read as blank, and a text elsewhere.
            null_values=[""],
            strings_can_be_null=False,
        ),
    )
    return ragged, table


def _are_short(content: memoryview) -> bool:
    """Whether a line end stands in each piece of half a long line's length.

    Then no line is long. The other way round nothing is said.
    """
    step = LONG_LINE // 2
    text = content.obj
    return all(
        text.find(b"\n", start, min(start + step, len(content))) >= 0
        for start in range(0, len(content), step)
    )


def _after(content: memoryview, lines: int) -> memoryview:
    """What stands behind so many lines."""
    start = 0
    for _ in range(lines):
        start = content.obj.find(b"\n", start) + 1
    return content[start:]


def _ends(content: bytes) -> Numbers:
    """Behind each line of a block, its line end included."""
    text = np.frombuffer(content, np.uint8)
    ends = [
        np.flatnonzero(text[start : start + STRIDE] == LINE_END) + (start + 1)
        for start in range(0, len(text), STRIDE)
    ]
    if not content.endswith(b"\n"):
        ends.append(np.array([len(content)]))
    return np.concatenate(ends)


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
