"""What every reader gives: a header, and batches of records as text columns."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from lscb.landing.form_marks import FormMark
from lscb.landing.reference import Column, Extract
from lscb.landing.refusals import Refused

HEADER_ROWS = 20
# One statement reads all columns of a record; extracts and publications have dozens.
COLUMN_LIMIT = 1_000
# A line costs about the same whatever stands in it, be it blank.
LINES_LIMIT = 20_000_000
# What is read at once: so many records, and fewer where they are wide or long.
BATCH_ROWS, BATCH_CELLS, BATCH_LETTERS = 50_000, 2_000_000, 50_000_000
BLANKS = " \t\n\r"
# Blanks of every kind, other than those that part lines and fields: each is a blank.
OTHER_BLANKS = (
    "\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u2800\u3000\u3164\uffa0"
)
# Those of them that are ASCII.
ODD_BLANKS = b"\v\f\x1c\x1d\x1e\x1f"
# What has no width: soft hyphens, joiners, marks of direction and of byte order,
# variation selectors (Unicode: Default_Ignorable_Code_Point). Each is nothing.
INVISIBLE = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0xFEFF),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFFC),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
)
_PLAIN = dict.fromkeys(map(ord, OTHER_BLANKS), " ") | dict.fromkeys(INVISIBLE)
# The one column to which all fields belong that stand under no name.
UNNAMED = "(without a name)"


@dataclass
class Header:
    """The header of a file and what its columns mean.

    `names` are the names as sent; `found` gives for each declared column its place;
    `dynamic` the places of the columns that the file itself names; `parting` those that
    part records of one key, and are not read further on; `shown` those that a form of
    ours shows beside the cells to fill. `places` says where each stands in a record as
    sent, of `width` fields. What stands under no name is one column more, the last,
    where `has_unnamed`. `form` is what a form says of itself above the header.
    """

    names: list[str]
    found: dict[str, int]
    places: list[int]
    width: int
    vintages: dict[str, str] = field(default_factory=dict)
    dynamic: list[int] = field(default_factory=list)
    parting: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    form: FormMark | None = None
    has_unnamed: bool = False

    @property
    def columns(self) -> int:
        """How many columns are read."""
        return len(self.names) + self.has_unnamed

    def spread(self, row: Sequence[str]) -> Sequence[str]:
        """A record as sent: the fields with a name in order, and the others as one."""
        if not self.has_unnamed:
            return row
        named = [row[place] if place < len(row) else "" for place in self.places]
        taken = set(self.places)
        others = [text for place, text in enumerate(row) if place not in taken]
        return [*named, "|".join(others) if any(map(str.strip, others)) else ""]


def plain(text: str) -> str:
    """A text in which every blank is a plain one, and nothing is without width."""
    return text.translate(_PLAIN)


def is_plain(text: bytes) -> bool:
    """Whether a text holds no other blanks than plain ones, as is easily seen."""
    return text.isascii() and not any(blank in text for blank in ODD_BLANKS)


def normalise_header(text: str) -> str:
    """Header names compare in lower case, without stray blanks, `_` as a blank."""
    return re.sub(r"[\s_]+", "_", text.strip(BLANKS).lower())


def missing_columns(
    row: Sequence[str], extract: Extract, optional: frozenset[str]
) -> list[str]:
    """The required columns that a row does not name.

    A row that names months and a level finer than the extract's is a header of another
    kind of file, whatever it lacks, and is refused by its own reason.
    """
    there = {normalise_header(cell) for cell in row}
    _refuse_finer_level(row, there, extract)
    return [
        column.name
        for column in extract.columns
        if column.is_required_column
        and not column.is_dynamic
        and column.name not in optional
        and not there.intersection((*spellings(column), *_fallbacks(column)))
    ]


def _refuse_finer_level(row: Sequence[str], there: set[str], extract: Extract) -> None:
    finer = [c for c in extract.columns if c.data_type == "finer_level"]
    if not finer or not any(_is_dynamic(cell.strip(), extract.dynamic) for cell in row):
        return
    for column in finer:
        if there.intersection(spellings(column)):
            raise Refused("level_too_fine", column=column.name)


def read_header(row: Sequence[str], extract: Extract) -> Header:
    """Match a header row to the declared columns; a column twice is refused."""
    sent = [" ".join(cell.split()) for cell in row]
    places = [place for place, name in enumerate(sent) if normalise_header(name)]
    refuse_if_too_wide(len(places))
    names = [sent[place] for place in places]
    declared = {
        spelling: column for column in extract.columns for spelling in spellings(column)
    }
    declared |= _stand_ins(names, extract)
    parting = {name for column in extract.columns for name in _fallbacks(column)}
    header = Header(
        names=names,
        found={},
        places=places,
        width=len(sent),
        has_unnamed=len(names) < len(sent),
    )
    seen: set[str] = set()
    for place, name in enumerate(names):
        key = normalise_header(name)
        column = declared.get(key)
        if key in seen or (column is not None and column.name in header.found):
            raise Refused("column_twice", column=name)
        seen.add(key)
        if column is not None:
            header.found[column.name] = place
            vintage = _vintage(column, key)
            if vintage is not None:
                header.vintages[column.name] = vintage
        elif key in parting:
            header.parting.append(place)
        elif _is_dynamic(name, extract.dynamic):
            header.dynamic.append(place)
        elif key in extract.form_columns:
            header.shown.append(place)
        else:
            header.extra.append(place)
    if extract.dynamic is not None and extract.dynamic.is_required_column:
        _check_months(header)
    return header


def refuse_if_too_wide(columns: int) -> None:
    """Refuse a file of more columns than one statement can read."""
    if columns > COLUMN_LIMIT:
        raise Refused("too_many_columns", columns=f"{columns:,}")


def refuse_if_too_long(lines: int) -> None:
    """Refuse a file of more lines than can be read in minutes."""
    if lines > LINES_LIMIT:
        raise Refused("too_many_lines")


def spellings(column: Column) -> list[str]:
    """The names by which a declared column may be called, normalised."""
    if column.is_dynamic:
        return []
    return [normalise_header(name) for name in (column.name, *column.other_names)]


def _fallbacks(column: Column) -> list[str]:
    return [normalise_header(name) for name in column.fallback_names]


def _stand_ins(names: Sequence[str], extract: Extract) -> dict[str, Column]:
    """For each column that the header lacks, the first of its fallbacks it has."""
    there = {normalise_header(name) for name in names}
    found = {}
    for column in extract.columns:
        if not there.intersection(spellings(column)):
            held = [name for name in _fallbacks(column) if name in there]
            found |= {name: column for name in held[:1]}
    return found


def _vintage(column: Column, key: str) -> str | None:
    """What the name of a column says about the file, if anything."""
    if not column.name_vintages:
        return None
    told = dict(zip(spellings(column), column.name_vintages, strict=True))
    vintage = told.get(key, column.name_vintages[1])
    return None if vintage == "any" else vintage


def _is_dynamic(name: str, dynamic: Column | None) -> bool:
    if dynamic is None:
        return False
    return dynamic.pattern is None or bool(re.fullmatch(dynamic.pattern, name))


def _check_months(header: Header) -> None:
    if not header.dynamic:
        raise Refused("month_missing")
    if len(set(header.vintages.values())) > 1:
        raise Refused("classification_mixed")


def to_batches(
    records: Iterable[tuple[int, Sequence[str] | None, str | None]], width: int
) -> Iterator[pa.Table]:
    """Put records (line, fields, fault) into Arrow tables of text columns."""
    lines: list[int] = []
    rows: list[Sequence[str]] = []
    faults: list[str | None] = []
    empty = [""] * width
    most, letters = rows_at_once(width), 0
    for line, fields, fault in records:
        lines.append(line)
        rows.append(empty if fields is None else fields)
        faults.append(fault)
        letters += sum(map(len, rows[-1]))
        if len(lines) == most or letters > BATCH_LETTERS:
            yield make_batch(lines, rows, faults, width)
            lines, rows, faults, letters = [], [], [], 0
    if lines:
        yield make_batch(lines, rows, faults, width)


def rows_at_once(columns: int) -> int:
    """How many records of so many columns are read at once."""
    return min(BATCH_ROWS, BATCH_CELLS // columns)


def make_batch(
    lines: Sequence[int],
    rows: Sequence[Sequence[str]],
    faults: Sequence[str | None],
    width: int,
) -> pa.Table:
    """One Arrow table: line_number, fault, c1 to cn."""
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return text_table(
        pa.array(lines, pa.int64()), pa.array(faults, pa.string()), columns
    )


def text_table(
    lines: pa.Array, faults: pa.Array, columns: Sequence[pa.Array]
) -> pa.Table:
    """Line numbers, faults and text columns as a table; texts are trimmed."""
    trimmed = [pc.utf8_trim(column, characters=BLANKS) for column in columns]
    names = ["line_number", "fault", *(f"c{i + 1}" for i in range(len(columns)))]
    return pa.table([lines, faults, *trimmed], names=names)
