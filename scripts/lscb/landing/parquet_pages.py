"""What the pages of a Parquet file unpack to, by what stands before each page.

A page is unpacked whole into as much memory as its header says, whatever the end of the
file says of the column. So the headers are read first, and nothing is unpacked: they
are structs of Thrift in its compact form, of which two numbers are wanted.
"""

import mmap
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

TRUE, FALSE, BYTE, DOUBLE, BINARY, STRUCT = 1, 2, 3, 7, 8, 12
NUMBERS = (4, 5, 6)
UNPACKED, PACKED = 2, 3
"""Fields of a page's header: its bytes unpacked, and as they stand in the file."""

DEEPEST = 16


class BrokenPageError(ValueError):
    """What stands where a page should begin is no header of one."""


def sizes_of_groups(path: Path, metadata: pq.FileMetaData) -> Iterator[int]:
    """For each row group, what all its pages unpack to."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            size = 0
            for place in range(group.num_columns):
                column = group.column(place)
                # A column without a value has no page of data, or none at all.
                first = [column.data_page_offset, column.dictionary_page_offset or 0]
                start = min((each for each in first if each > 0), default=0)
                end = start + column.total_compressed_size
                size += sum(_pages(content, start, end))
            yield size


def _pages(content: mmap.mmap, start: int, end: int) -> Iterator[int]:
    """What each page of a column unpacks to."""
    if not 0 <= start <= end <= len(content):
        raise BrokenPageError
    while start < end:
        header = _Struct(content, start)
        unpacked = header.numbers.get(UNPACKED, -1)
        packed = header.numbers.get(PACKED, -1)
        if unpacked < 0 or packed < 0:
            raise BrokenPageError
        yield unpacked
        start = header.end + packed


class _Struct:
    """The numbers of a struct by their field, and where it ends."""

    def __init__(self, content: mmap.mmap, start: int, depth: int = 0) -> None:
        if depth > DEEPEST:
            raise BrokenPageError
        self._content = content
        self._depth = depth
        self.end = start
        self.numbers: dict[int, int] = {}
        field = 0
        while kind := self._byte():
            step, kind = kind >> 4, kind & 15
            field = field + step if step else self._number()
            if kind in NUMBERS:
                self.numbers[field] = self._number()
            elif kind not in (TRUE, FALSE):
                self._skip(kind)

    def _byte(self) -> int:
        if self.end >= len(self._content):
            raise BrokenPageError
        self.end += 1
        return self._content[self.end - 1]

    def _length(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7
            if shift > 63:
                raise BrokenPageError

    def _number(self) -> int:
        found = self._length()
        return (found >> 1) ^ -(found & 1)

    def _skip(self, kind: int) -> None:
        """Skip a value that is not wanted."""
        if kind in NUMBERS:
            self._length()
        elif kind in (TRUE, FALSE, BYTE):
            self.end += 1
        elif kind == DOUBLE:
            self.end += 8
        elif kind == BINARY:
            length = self._length()
            self.end += length
        elif kind == STRUCT:
            self.end = _Struct(self._content, self.end, self._depth + 1).end
        else:
            # A header holds no list, set or map.
            raise BrokenPageError
