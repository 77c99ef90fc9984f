"""The fates of a file of records, most of which are sound.

Each text that stands in a column is judged once, by the statements that judge records.
A line whose texts are all sound, about which nothing is to be said, and whose key no
other line has, is accepted. All other lines take the road of `FileCheck`, which knows
nothing of the rest: none of them shares a key with a line accepted here, so that no
line's fate hangs on one that is not there.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lscb.landing.checking import (
    NUMBERS,
    Engine,
    FileCheck,
    Outcome,
    Source,
    lake_columns,
)
from lscb.landing.columns_sql import ReadColumn
from lscb.landing.cutting import (
    NO_LINES,
    NO_TEXT,
    Codes,
    Cut,
    Numbers,
    cut,
    read_singly,
)
from lscb.landing.names import Claim
from lscb.landing.reference import Reference
from lscb.landing.text_files import TextFile
from lscb.sql import literal

# Fewer lines are judged as fast one by one.
LEAST_LINES = 2_000
# In bulk go files with no more texts to judge and lines to read singly than so many a
# line, and no more than one statement judges at once.
TEXTS_A_LINE, MOST_TEXTS = 0.5, 500_000
# Types of which a value is judged by another column's.
JUDGED_BY_OTHERS = ("area_name", "definition", "indicator", "measure")
NO_ROWS = pa.table({"line_number": pa.array([], pa.int64())})
# What a column of the lake is called beside the texts that are judged for it.
LAKE = "lake_"
# Rows that DuckDB, too, puts into a group; a reader takes a group at a time.
GROUP = 122_880


@dataclass(frozen=True)
class Judged:
    """What the texts of a column are, by their codes: sound or not, value, key.

    `lake` has what each column of the lake holds that this one alone tells.
    """

    is_sound: npt.NDArray[np.bool_]
    values: pa.Array
    keys: pa.Array | None
    lake: dict[str, pa.Array]


@dataclass
class Part:
    """Lines cut in bulk, and of each whether it is sound."""

    table: pa.Table
    is_sound: npt.NDArray[np.bool_]

    @property
    def lines(self) -> Numbers:
        """The numbers of its lines."""
        return self.table.column("line_number").to_numpy()


def check_of(
    engine: Engine, reference: Reference, claim: Claim, source: Source
) -> FileCheck:
    """The check that suits a source: most lines in bulk, where that can be."""
    if isinstance(source, TextFile):
        check = BulkCheck(engine, reference, claim, source)
        if check.fits:
            return check
    return FileCheck(engine, reference, claim, source)


class BulkCheck(FileCheck):
    """Accepts sound lines in bulk, and checks the others one by one."""

    def __init__(
        self, engine: Engine, reference: Reference, claim: Claim, source: TextFile
    ):
        super().__init__(engine, reference, claim, source)
        self._file = source
        found = source.header.found
        self._plain_keys = [
            read
            for read in self._keys
            if read.column.data_type == "text"
            and read.column.pattern is None
            and read.column.is_required_value
            and read.column.name in found
        ]
        self._coded = [read for read in self._columns if read not in self._plain_keys]
        self._texts: dict[str, pa.Array] = {}
        self._texts_judged: dict[int, Judged] = {}
        self._parts: list[Part] = []
        self._is_judged = False
        self._has_records = False

    @property
    def kind(self) -> None:
        """Each file is judged for itself: it has more lines than a statement costs."""

    @property
    def fits(self) -> bool:
        """Whether each line of the source can be judged by its own columns' texts.

        No sound line may be a header: most of a header's names would stand in columns
        that are judged, and there they are not sound.
        """
        header, text = self._file.header, self._file.text
        judged = sum(read.column.name in header.found for read in self._coded)
        return (
            text.lines >= LEAST_LINES
            and not text.has_lone_cr
            and text.encoding != "utf-16"
            and self._extract.kind == "record"
            and self._extract.dynamic is None
            and header.form is None
            and not header.has_unnamed
            and not header.parting
            and bool(self._plain_keys)
            and not any(read.passes for read in self._columns)
            and not any(r.column.data_type in JUDGED_BY_OTHERS for r in self._columns)
            and len(header.names) - judged < self._names_of_a_header()
        )

    # Reading

    def _load(self) -> None:
        """Accept what is sound; fill `records` with what is left."""
        lines = cut(
            self._file,
            [self._place(read) for read in self._plain_keys],
            [self._place(read) for read in self._coded if self._is_there(read)],
            min(int(self._file.text.lines * TEXTS_A_LINE), MOST_TEXTS),
            self._engine.scratch,
        )
        if lines is None:
            # Most would be judged one by one all the same.
            super()._load()
            return
        self._take_sound(lines)

    def _take_sound(self, lines: Cut) -> None:
        self._texts = lines.texts
        self._texts_judged = self._judge_texts()
        self._parts = [Part(table, self._are_sound(table)) for table in lines.parts]
        odd = [part.lines[~part.is_sound] for part in self._parts]
        odd = np.sort(np.concatenate([lines.others, *odd]))
        swallowed: list[int] = []
        self._make_records()
        if len(odd) or self._file.header_rows > 1:
            self._add_records(read_singly(self._file, lines, odd, swallowed, True))
        for part in self._parts if swallowed else ():
            part.is_sound &= ~np.isin(part.lines, swallowed)
        twice = self._take_shared_keys()
        if len(twice):
            self._add_records(read_singly(self._file, lines, twice, [], False))
            self._is_judged, self._has_records = False, True

    def _is_there(self, read: ReadColumn) -> bool:
        return read.column.name in self._file.header.found

    def _place(self, read: ReadColumn) -> int:
        return self._file.header.found[read.column.name]

    def _name(self, read: ReadColumn) -> str:
        return f"c{self._place(read) + 1}"

    def _texts_of(self, read: ReadColumn) -> pa.Array:
        """The texts of a column by their codes; where there is none, no text."""
        return self._texts[self._name(read)] if self._is_there(read) else NO_TEXT

    def _codes(self, part: pa.Table, read: ReadColumn) -> Codes:
        """Of each line which text stands in a column; one and the same if none can."""
        if not self._is_there(read):
            return np.zeros(part.num_rows, np.int8)
        return part.column(self._name(read)).to_numpy()

    # Judging texts

    def _judge_texts(self) -> dict[int, Judged]:
        """Judge each text of a column in a record that has nothing else."""
        texts = [self._texts_of(read) for read in self._coded]
        rows = sum(map(len, texts))
        columns = {name: pa.nulls(rows, pa.string()) for name in self._kept()}
        starts, start = [], 0
        for read, some in zip(self._coded, texts, strict=True):
            starts.append(start)
            if self._is_there(read):
                filled = pc.if_else(pc.equal(some, ""), None, some)
                after = rows - start - len(some)
                columns[self._name(read)] = pa.concat_arrays(
                    [pa.nulls(start, pa.string()), filled, pa.nulls(after, pa.string())]
                )
            start += len(some)
        self._engine.store(
            "records",
            pa.table(
                {
                    "line_number": np.arange(rows),
                    "structural": pa.nulls(rows, pa.string()),
                    "content": pa.nulls(rows, pa.binary()),
                    **columns,
                }
            ),
        )
        self._judge()
        own = f"coalesce(null, {', '.join(self._kept())})"
        judged = self._engine.execute(
            f"select {self._judgements()} from judged inner join"
            f" (select line_number, {own} as own_text from records) as records"
            " using (line_number)"
            " cross join (select 'accepted' as fate) as fates"
            " order by line_number"
        ).to_arrow_table()
        return {
            read.place: self._judged_of(judged.slice(start, len(some)), read)
            for read, some, start in zip(self._coded, texts, starts, strict=True)
        }

    def _judgements(self) -> str:
        """SQL: all that is asked of each text, its own column's and the others'."""
        known = self._known_names()
        parts = [
            f"coalesce(as_header(own_text) not in ({known}), true) as is_no_header",
            # What a comma is depends on all numbers of a file.
            "coalesce(not regexp_matches(own_text, '[.,]'), true) as is_whole",
        ]
        for read in self._coded:
            parts += [f"{self._is_sound(read)} as s{read.place}", read.v]
            parts += [f"{self._lake_value(n)} as {LAKE}{n}" for n in self._tells(read)]
        parts += [f"k{number}" for number in range(len(self._keys))]
        return ", ".join(parts)

    def _tells(self, read: ReadColumn) -> list[str]:
        """The columns of the lake that a column alone tells."""
        return [name for name, reads in self._told_by.items() if reads == [read]]

    def _lake_value(self, name: str) -> str:
        """SQL: what a column of the lake holds, in its type."""
        kind = lake_columns(self._extract)[name]
        return f"cast({self._lake_values()[name]} as {kind})"

    @cached_property
    def _told_by(self) -> dict[str, list[ReadColumn]]:
        """The columns of the lake that a record's columns tell, and which these are."""
        told: dict[str, list[ReadColumn]] = {}
        for read in self._columns:
            for name in read.column.lake_columns:
                told.setdefault(name, []).append(read)
        return told

    def _is_sound(self, read: ReadColumn) -> str:
        """SQL: whether there is nothing to say of a text, whatever stands beside it."""
        tests = [f"{read.f} is null"]
        if read.column.birth_column is None:
            tests += [
                f"not coalesce({remark.test}, false)" for remark in self._remarks(read)
            ]
        return " and ".join(tests)

    def _judged_of(self, judged: pa.Table, read: ReadColumn) -> Judged:
        def column(name: str) -> pa.Array:
            return judged.column(name).combine_chunks()

        tests = [f"s{read.place}", "is_no_header"]
        if read.column.data_type in NUMBERS:
            tests.append("is_whole")
        key = f"k{self._keys.index(read)}" if read in self._keys else None
        return Judged(
            np.logical_and.reduce([column(test).to_numpy(False) for test in tests]),
            column(read.v),
            column(key) if key else None,
            {name: column(f"{LAKE}{name}") for name in self._tells(read)},
        )

    # Judging lines

    def _are_sound(self, part: pa.Table) -> npt.NDArray[np.bool_]:
        """Of each line whether its texts are sound, alone and beside each other."""
        is_sound = np.ones(part.num_rows, bool)
        for read in self._plain_keys:
            is_sound &= pc.not_equal(part.column(self._name(read)), "").to_numpy()
        for read in self._coded:
            found = self._texts_judged[read.place].is_sound
            if not found.all():
                is_sound &= found[self._codes(part, read)]
            before = read.column.not_before_column
            if before is not None:
                first = next(r for r in self._coded if r.column.name == before)
                early = pc.less(self._values(part, read), self._values(part, first))
                is_sound &= ~pc.fill_null(early, False).to_numpy(False)
            if read.column.birth_column is not None:
                is_sound &= self._fits_birth(part, read)
        return is_sound

    def _values(self, part: pa.Table, read: ReadColumn) -> pa.Array:
        """Of each line the value of a column."""
        values = self._texts_judged[read.place].values
        return values.take(pa.array(self._codes(part, read)))

    def _fits_birth(self, part: pa.Table, read: ReadColumn) -> npt.NDArray[np.bool_]:
        """Of each line whether the age fits the date of birth, as the remark asks."""
        born = next(r for r in self._coded if r.column.name == read.column.birth_column)
        when = next(r for r in self._coded if r.column.is_period_date)
        births, dates = (self._texts_judged[r.place].values for r in (born, when))
        with self._engine.given("births", pa.table({"txt": births})):
            days = self._engine.execute(
                "select parse_date(txt) as day from births"
            ).to_arrow_table()
        years = pc.subtract(
            pc.year(dates).take(pa.array(self._codes(part, when))),
            pc.year(days.column("day")).take(pa.array(self._codes(part, born))),
        )
        is_off = pc.greater(pc.abs(pc.subtract(years, self._values(part, read))), 1)
        return ~pc.fill_null(is_off, False).to_numpy()

    def _take_shared_keys(self) -> Numbers:
        """The sound lines whose key another one may have; they count as sound no more.

        Keys are compared by a hash. Two that differ and have the same hash are read
        singly like two that are alike, and found to differ.
        """
        own = [self._hashes_of(part) for part in self._parts]
        self._judge_records()
        others = self._hashes("from judged where is_key_readable")
        sound = [h[p.is_sound] for h, p in zip(own, self._parts, strict=True)]
        every = np.concatenate([others, *sound])
        every.sort()
        twice = np.unique(every[1:][every[1:] == every[:-1]])
        shared = [NO_LINES]
        for hashes, part in zip(own, self._parts, strict=True) if len(twice) else ():
            shares = part.is_sound & np.isin(hashes, twice)
            shared.append(part.lines[shares])
            part.is_sound &= ~shares
        return np.concatenate(shared)

    def _judge_records(self) -> None:
        """Fill `judged` with what was read singly so far, in place of the texts."""
        (records,) = self._engine.one("select count(*) from records")
        self._has_records = records > 0
        if self._has_records:
            self._find_notation()
            self._judge()
        else:
            # A long statement, which most files do not need.
            self._engine.execute("delete from judged")
        self._is_judged = True

    def _hashes_of(self, part: Part) -> npt.NDArray[np.uint64]:
        """A hash of the key of each line."""
        columns = {}
        for number, read in enumerate(self._keys):
            if read in self._plain_keys:
                columns[f"k{number}"] = part.table.column(self._name(read))
            else:
                keys = self._texts_judged[read.place].keys
                codes = pa.array(self._codes(part.table, read))
                columns[f"k{number}"] = pa.DictionaryArray.from_arrays(codes, keys)
        with self._engine.given("keyed", pa.table(columns)):
            return self._hashes("from keyed")

    def _hashes(self, rows: str) -> npt.NDArray[np.uint64]:
        keys = ", ".join(f"k{number}" for number in range(len(self._keys)))
        found = self._engine.execute(f"select hash({keys}) as hashed {rows}")
        return found.fetchnumpy()["hashed"]

    def _judge(self) -> None:
        """Fill `judged` with what was read singly, unless it was filled already."""
        if not self._is_judged:
            super()._judge()

    # Counting and writing

    @property
    def accepted(self) -> int:
        """How many lines are accepted in bulk."""
        return sum(int(np.count_nonzero(part.is_sound)) for part in self._parts)

    def _count(self) -> list[Outcome]:
        (outcome,) = super()._count()
        outcome.lines_read += self.accepted
        outcome.rows_accepted += self.accepted
        return [outcome]

    def write_records(self, path: Path, file_id: str, number: int = 0) -> None:
        """Write what staging needs of each record that stands."""
        if not self.accepted:
            super().write_records(path, file_id, number)
            return
        constant = self._constant() | {"file_id": file_id}
        others = _Others(self._read_singly(file_id))
        tables = (self._lake_rows(part, constant) for part in self._parts)
        first = next(tables)
        with pq.ParquetWriter(
            path,
            first.schema,
            compression="zstd",
            compression_level=3,
            # Numbers that grow by one or little.
            column_encoding={"line_number": "DELTA_BINARY_PACKED"},
            use_dictionary=[
                field.name
                for field in first.schema
                if field.name != "line_number" and field.type != pa.string()
            ],
            store_schema=False,
        ) as writer:
            for part, table in zip(self._parts, chain([first], tables), strict=True):
                is_last = part is self._parts[-1]
                lines = others.put_among(table, None if is_last else part.lines[-1])
                writer.write_table(lines, row_group_size=GROUP)

    def _read_singly(self, file_id: str) -> pa.Table:
        """The rows of the lake that were read singly, in order."""
        if not self._has_records:
            return NO_ROWS
        query = self._records_that_stand()
        rows = f"select {literal(file_id)} as file_id, * from ({query})"
        return self._engine.execute(rows).to_arrow_table()

    def _constant(self) -> dict[str, object]:
        """What the lake holds of every sound line, in columns that no text tells."""
        values = ", ".join(
            f"{self._lake_value(name)} as {name}"
            for name in lake_columns(self._extract)
            if name not in self._told_by and name not in ("file_id", "line_number")
        )
        found = self._engine.execute(
            f"select {values} from (select null::varchar as structural,"
            f" null::varchar as filters, {self._no_faults()}) as judged"
            " cross join (select 'accepted' as fate) as fates"
        )
        return found.to_arrow_table().to_pylist()[0]

    def _no_faults(self) -> str:
        """SQL: the faults of a record that has none."""
        return ", ".join(f"null::varchar as {read.f}" for read in self._columns)

    def _lake_rows(self, part: Part, constant: dict[str, object]) -> pa.Table:
        """The sound lines of a part as they stand in the lake."""
        lines = part.table
        if not part.is_sound.all():
            lines = lines.filter(pa.array(part.is_sound))
        columns = {}
        for name in lake_columns(self._extract):
            reads = self._told_by.get(name, [])
            if name == "line_number":
                columns[name] = lines.column(name)
            elif not reads:
                columns[name] = _repeated(constant[name], lines.num_rows)
            elif len(reads) > 1:
                columns[name] = self._joined(lines, name)
            elif reads[0] in self._plain_keys:
                columns[name] = lines.column(self._name(reads[0]))
            else:
                values = self._texts_judged[reads[0].place].lake[name]
                columns[name] = _spread(values, self._codes(lines, reads[0]))
        return pa.table(columns)

    def _joined(self, lines: pa.Table, name: str) -> pa.Array:
        """A column of the lake to which several columns come: judged once a set."""
        reads = self._told_by[name]
        sets = np.zeros(lines.num_rows, np.int64)
        possible = 1
        for read in reads:
            texts = len(self._texts_of(read))
            if texts == 1:
                continue
            sets, possible = sets * texts + self._codes(lines, read), possible * texts
            if possible > MOST_TEXTS:
                sets, possible = _numbered(sets)
        sets, possible = _numbered(sets)
        examples = np.zeros(possible, np.int64)
        examples[sets] = np.arange(len(sets))
        some = lines.take(pa.array(examples))
        values = pa.table({read.v: self._values(some, read) for read in reads})
        with self._engine.given("sets", values):
            found = self._engine.execute(
                f"select {self._lake_value(name)} as joined"
                f" from (select *, {self._no_faults()} from sets) as judged"
                " cross join (select 'accepted' as fate) as fates"
            ).to_arrow_table()
        return _spread(found.column("joined").combine_chunks(), sets)


class _Others:
    """Rows that were read singly, in order, to be put among those read in bulk."""

    def __init__(self, rows: pa.Table):
        self._rows = rows

    def put_among(self, table: pa.Table, upto: int | None) -> pa.Table:
        """A table with those of the rows that stand up to a line; None for all."""
        count = self._rows.num_rows
        if upto is not None:
            lines = self._rows.column("line_number").to_numpy()
            count = int(np.searchsorted(lines, upto, "right"))
        some, self._rows = self._rows.slice(0, count), self._rows.slice(count)
        if not count:
            return table
        columns = [
            some.column(field.name).dictionary_encode()
            if pa.types.is_dictionary(field.type)
            else some.column(field.name)
            for field in table.schema
        ]
        both = pa.concat_tables([table, pa.table(columns, schema=table.schema)])
        both = both.unify_dictionaries().combine_chunks()
        order = np.argsort(both.column("line_number").to_numpy(), kind="stable")
        return both.take(pa.array(order))


def _numbered(sets: Numbers) -> tuple[Numbers, int]:
    """The same sets by numbers that leave none out, and how many there are."""
    found = pa.array(sets).dictionary_encode()
    return found.indices.to_numpy().astype(np.int64), len(found.dictionary)


def _spread(values: pa.Array, codes: npt.NDArray[np.integer]) -> pa.Array:
    """Values by their codes; texts stay codes, as Parquet keeps them."""
    places = pa.array(codes)
    if values.type != pa.string():
        return values.take(places)
    texts = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(texts.indices.take(places), texts.dictionary)


def _repeated(value: object, rows: int) -> pa.Array:
    """A text, or nothing, in so many rows."""
    if value is None:
        return pa.nulls(rows, pa.string())
    return _spread(pa.array([value], pa.string()), np.zeros(rows, np.int8))
