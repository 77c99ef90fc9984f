"""The fates of a file of records, most of which are sound.

Each text that stands in a column is judged once, by the statements that judge records.
A line whose texts are all sound, about which nothing is to be said, and whose key no
other line has, is accepted. All other lines take the road of `FileCheck`, which knows
nothing of the rest: none of them shares a key with a line accepted here, so that no
line's fate hangs on one that is not there.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lscb.landing.checking import NUMBERS, Engine, FileCheck, Outcome, Source
from lscb.landing.columns_sql import ReadColumn
from lscb.landing.cutting import Cut, cut, read_singly
from lscb.landing.names import Claim
from lscb.landing.records import BLANKS
from lscb.landing.reference import Reference
from lscb.landing.text_files import TextFile

# Fewer lines are judged as fast one by one; more would need more room than one engine.
LEAST_LINES, MOST_LINES = 2_000, 1_000_000
# In bulk go files that have at least so many lines for each text to judge.
FEW_TEXTS = 2
# Types of which a value is judged by another column's.
JUDGED_BY_OTHERS = ("area_name", "definition", "indicator", "measure")


@dataclass(frozen=True)
class Judged:
    """What the texts of a column are, by their codes: sound or not, value, key."""

    is_sound: npt.NDArray[np.bool_]
    values: pa.Array
    keys: pa.Array | None


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
        self._accepted = pa.table({"line_number": pa.array([], pa.int64())})

    @property
    def fits(self) -> bool:
        """Whether each line of the source can be judged by its own columns' texts.

        No sound line may be a header: most of a header's names would stand in columns
        that are judged, and there they are not sound.
        """
        header, text = self._file.header, self._file.text
        judged = sum(read.column.name in header.found for read in self._coded)
        return (
            LEAST_LINES <= text.lines <= MOST_LINES
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
        )
        texts = sum(
            len(lines.fields.column(name).chunk(0).dictionary)
            for name in map(self._name, filter(self._is_there, self._coded))
            if lines.fields.num_rows
        )
        if (texts + len(lines.others)) * FEW_TEXTS > self._file.text.lines:
            # Most would be judged one by one all the same.
            super()._load()
            return
        self._take_sound(lines)

    def _take_sound(self, lines: Cut) -> None:
        keys = {
            read.place: pc.ascii_trim(
                lines.fields.column(self._name(read)), characters=BLANKS
            )
            for read in self._plain_keys
        }
        codes = {read.place: self._codes(lines, read) for read in self._coded}
        judged = self._judge_texts(lines)
        is_sound = self._are_sound(lines, keys, codes, judged)

        swallowed: list[int] = []
        odd = np.sort(np.concatenate([lines.others, lines.lines[~is_sound]]))
        self._make_records()
        self._add_records(read_singly(self._file, lines, odd, swallowed, True))
        is_sound &= ~np.isin(lines.lines, swallowed)

        shares = self._share_keys(is_sound, keys, codes, judged)
        if shares.any():
            twice = lines.lines[shares]
            self._add_records(read_singly(self._file, lines, twice, [], False))
            is_sound &= ~shares
        self._accepted = self._values_of(lines, is_sound, keys, codes, judged)

    def _is_there(self, read: ReadColumn) -> bool:
        return read.column.name in self._file.header.found

    def _place(self, read: ReadColumn) -> int:
        return self._file.header.found[read.column.name]

    def _name(self, read: ReadColumn) -> str:
        return f"c{self._place(read) + 1}"

    def _codes(self, lines: Cut, read: ReadColumn) -> npt.NDArray[np.int32]:
        """Of each line which text stands in a column; one and the same if none can."""
        if not self._is_there(read) or not lines.fields.num_rows:
            return np.zeros(lines.fields.num_rows, np.int32)
        return lines.fields.column(self._name(read)).chunk(0).indices.to_numpy()

    def _texts(self, lines: Cut, read: ReadColumn) -> pa.Array:
        """The texts of a column by their codes, trimmed."""
        if not self._is_there(read) or not lines.fields.num_rows:
            return pa.array([""])
        texts = lines.fields.column(self._name(read)).chunk(0).dictionary
        return pc.ascii_trim(texts, characters=BLANKS)

    # Judging texts

    def _judge_texts(self, lines: Cut) -> dict[int, Judged]:
        """Judge each text of a column in a record that has nothing else."""
        texts = [self._texts(lines, read) for read in self._coded]
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
        judged = self._engine.execute(
            f"select {self._judgements()} from judged"
            " inner join records using (line_number) order by line_number"
        ).to_arrow_table()
        return {
            read.place: self._judged_of(judged.slice(start, len(some)), read)
            for read, some, start in zip(self._coded, texts, starts, strict=True)
        }

    def _judgements(self) -> str:
        parts = []
        for read in self._coded:
            parts += [f"{self._is_sound(read)} as s{read.place}", read.v]
        parts += [f"k{number}" for number in range(len(self._keys))]
        return ", ".join(parts)

    def _is_sound(self, read: ReadColumn) -> str:
        """SQL: whether there is nothing to say of a text, whatever stands beside it."""
        tests = [f"{read.f} is null"]
        if read.column.birth_column is None:
            tests += [
                f"not coalesce({remark.test}, false)" for remark in self._remarks(read)
            ]
        if self._is_there(read):
            name = self._name(read)
            tests.append(
                f"coalesce(as_header({name}) not in ({self._known_names()}), true)"
            )
            if read.column.data_type in NUMBERS:
                # What a comma is depends on all numbers of a file.
                tests.append(f"coalesce(not regexp_matches({name}, '[.,]'), true)")
        return " and ".join(tests)

    def _judged_of(self, judged: pa.Table, read: ReadColumn) -> Judged:
        keys = None
        if read in self._keys:
            keys = judged.column(f"k{self._keys.index(read)}").combine_chunks()
        return Judged(
            judged.column(f"s{read.place}").combine_chunks().to_numpy(False),
            judged.column(read.v).combine_chunks(),
            keys,
        )

    # Judging lines

    def _are_sound(
        self,
        lines: Cut,
        keys: dict[int, pa.ChunkedArray],
        codes: dict[int, npt.NDArray[np.int32]],
        judged: dict[int, Judged],
    ) -> npt.NDArray[np.bool_]:
        """Of each line whether its texts are sound, alone and beside each other."""
        is_sound = np.ones(len(lines.lines), bool)
        for key in keys.values():
            is_sound &= pc.not_equal(key, "").to_numpy()
        for place, found in judged.items():
            if not found.is_sound.all():
                is_sound &= found.is_sound[codes[place]]
        for read in self._coded:
            before = read.column.not_before_column
            if before is not None:
                first = next(r for r in self._coded if r.column.name == before)
                early = pc.less(
                    judged[read.place].values.take(pa.array(codes[read.place])),
                    judged[first.place].values.take(pa.array(codes[first.place])),
                )
                is_sound &= ~pc.fill_null(early, False).to_numpy(False)
            if read.column.birth_column is not None:
                is_sound &= self._fits_birth(read, codes, judged)
        return is_sound

    def _fits_birth(
        self,
        read: ReadColumn,
        codes: dict[int, npt.NDArray[np.int32]],
        judged: dict[int, Judged],
    ) -> npt.NDArray[np.bool_]:
        """Of each line whether the age fits the date of birth, as the remark asks."""
        born = next(r for r in self._coded if r.column.name == read.column.birth_column)
        when = next(r for r in self._coded if r.column.is_period_date)
        with self._engine.given("births", pa.table({"txt": judged[born.place].values})):
            days = self._engine.execute(
                "select parse_date(txt) as day from births"
            ).to_arrow_table()
        years = pc.subtract(
            pc.year(judged[when.place].values).take(pa.array(codes[when.place])),
            pc.year(days.column("day")).take(pa.array(codes[born.place])),
        )
        age = judged[read.place].values.take(pa.array(codes[read.place]))
        is_off = pc.greater(pc.abs(pc.subtract(years, age)), 1)
        return ~pc.fill_null(is_off, False).to_numpy()

    def _share_keys(
        self,
        is_sound: npt.NDArray[np.bool_],
        keys: dict[int, pa.ChunkedArray],
        codes: dict[int, npt.NDArray[np.int32]],
        judged: dict[int, Judged],
    ) -> npt.NDArray[np.bool_]:
        """Of each line whether it is sound and another one may have its key.

        Keys are compared by a hash. Two that differ and have the same hash are read
        singly like two that are alike, and found to differ.
        """
        columns = {
            f"k{number}": keys[read.place]
            if read in self._plain_keys
            else pa.DictionaryArray.from_arrays(
                codes[read.place], judged[read.place].keys
            )
            for number, read in enumerate(self._keys)
        }
        hashed = f"hash({', '.join(columns)}) as hashed"
        with self._engine.given("keyed", pa.table(columns)):
            own = self._hashes(f"select {hashed} from keyed")
        self._find_notation()
        self._judge()
        others = self._hashes(f"select {hashed} from judged where is_key_readable")
        every = np.sort(np.concatenate([own[is_sound], others]))
        twice = np.unique(every[1:][every[1:] == every[:-1]])
        return is_sound & np.isin(own, twice)

    def _hashes(self, query: str) -> npt.NDArray[np.uint64]:
        return self._engine.execute(query).fetchnumpy()["hashed"]

    def _values_of(
        self,
        lines: Cut,
        is_sound: npt.NDArray[np.bool_],
        keys: dict[int, pa.ChunkedArray],
        codes: dict[int, npt.NDArray[np.int32]],
        judged: dict[int, Judged],
    ) -> pa.Table:
        """The values of the lines that are accepted, called as in `judged`."""
        columns = {"line_number": pa.array(lines.lines)}
        for read in self._columns:
            columns[read.v] = (
                keys[read.place]
                if read in self._plain_keys
                else pa.DictionaryArray.from_arrays(
                    codes[read.place], judged[read.place].values
                )
            )
        return pa.table(columns).filter(pa.array(is_sound))

    # Counting and writing

    def _count(self) -> Outcome:
        outcome = super()._count()
        outcome.lines_read += self._accepted.num_rows
        outcome.rows_accepted += self._accepted.num_rows
        return outcome

    def write_records(self, path: Path, file_id: str) -> None:
        """Write what staging needs of each record that stands."""
        if not self._accepted.num_rows:
            super().write_records(path, file_id)
            return
        nothing = ", ".join(f"null::varchar as {read.f}" for read in self._columns)
        sound = f"""
            select {self._selected(file_id)}
            from (
                select *, null::varchar as structural, null::varchar as filters,
                    {nothing}
                from accepted
            ) as judged
            cross join (select 'accepted' as fate) as fates
        """
        (others,) = self._engine.one("select count(*) from judged")
        query = sound
        if others:
            query = (
                f"select * from ({sound} union all"
                f" select * from ({self._records_that_stand(file_id)}))"
                " order by line_number"
            )
        with self._engine.given("accepted", self._accepted):
            self._engine.copy(query, path)
