"""From records as text to records in the lake: the fates of files, in SQL.

Files of one kind are judged together, for a statement costs more than the few lines
that most files have. No fate of a line hangs on the lines of another file.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar
from uuid import uuid4

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lscb.landing.columns_sql import (
    AREA_TYPES,
    SQL_TYPES,
    UNALLOCATED,
    ReadColumn,
    ambiguity,
    is_among,
    lookups,
    read_columns,
)
from lscb.landing.names import Claim
from lscb.landing.records import (
    BATCH_LETTERS,
    BATCH_ROWS,
    UNNAMED,
    Header,
    normalise_header,
    spellings,
)
from lscb.landing.reference import Column, Extract, Reference
from lscb.landing.refusals import Refused
from lscb.sql import literal, read_query

HERE = Path(__file__).parent
COMMON_COLUMNS = {
    "file_id": "varchar",
    "line_number": "bigint",
    "record_state": "varchar",
    "values_set_aside": "varchar",
}
SET_ASIDE_COLUMNS = {
    "file_id": "varchar",
    "line_number": "bigint",
    "column_name": "varchar",
    "level": "varchar",
    "reason_code": "varchar",
}


# Types of which a remark may be made that needs the prepared text.
REMARKED = ("employer_sector", "police_borough", "crime_borough")
MEASURES = ("measure", "month_columns", "statistic_columns")
# Measures that are counts by their name: a per-cent sign in one is read, and reported.
COUNTS = ("numerator", "denominator")
# Types whose text is a number, in the notation of the file.
NUMBERS = ("measure", "number", "integer", "startage", "target")
# What stands beside the value of a column of a type, for its faults.
BESIDE = {
    "indicator": ("indicator_fault.meaning as indicator_fault",),
    "target": ("cast(target_limit.meaning as double) as target_limit",),
}
# Fewer commas than one in so many that can only be decimal ones are slips of the pen.
SLIPS = 20
# Names that people give to months: 2008-04, 200813, 1/4/2008, 04/08, Apr-08.
LIKE_A_MONTH = re.compile(
    r"(19|20)[0-9]{2}[-/. ]?[0-9]{1,2}([-/. ][0-9]{1,2}.*)?"
    r"|([0-9]{1,2}[-/. ])?[0-9]{1,2}[-/. ]([0-9]{2}){1,2}"
    r"|{months}[-/., ]*([0-9]{2}){1,2}|([0-9]{2}){1,2}[-/., ]*{months}".replace(
        "{months}", "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    ),
    re.IGNORECASE,
)
# A statement holds some thousand records at once. Those of so many letters in what is
# read on are long, and may come to so many in all.
LONG, LONG_LIMIT = 30_000, 20_000_000
# A file whose records take more bytes than that is judged alone: gzip and Parquet pack
# a thousand times as much, and the rows of all that are judged together are held.
MOST_TOGETHER = 1_000_000
# Columns of figures that one statement reads.
COLUMNS_AT_ONCE = 25
# Lines are numbered through all files that are judged together: those of the second
# begin here, those of the third at twice that.
NEXT_FILE = 1 << 40
Each = TypeVar("Each")


class Remark(NamedTuple):
    """A notice of a column: which records are worth it, and what is counted of them."""

    column: str
    code: str
    test: str
    counted: str = "*"


class Source(Protocol):
    """What a reader gives."""

    header: Header

    @property
    def may_have_decimal_commas(self) -> bool:
        """Whether its form says that a comma may be what others write as a point."""
        ...

    def batches(self) -> Iterable[pa.Table]:
        """The records as Arrow tables: line_number, fault, c1, c2, ..."""


@dataclass
class Outcome:
    """The counts of a file, its remarks, and why it is refused if it is."""

    lines_read: int
    rows_accepted: int
    rows_set_aside: int
    rows_duplicate: int
    rows_passed_over: int
    notices: list[tuple[str | None, str, int]] = field(default_factory=list)
    refused: Refused | None = None


class Engine:
    """An in-memory DuckDB that keeps within its memory by spilling to scratch."""

    def __init__(self, scratch: Path, link_key: str | None = None):
        scratch.mkdir(parents=True, exist_ok=True)
        self.scratch = scratch
        self._connection = duckdb.connect(
            config={
                "memory_limit": "500MB",
                "threads": 1,
                "temp_directory": str(scratch / f"spill-{uuid4().hex}"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self._connection.execute(read_query(HERE, "parse"))
        if link_key is not None:
            self._connection.execute("set variable link_key = ?", [link_key])
        self._lookups: dict[str, dict[str, str | None]] = {}

    def execute(self, query: str) -> duckdb.DuckDBPyConnection:
        """Run a query."""
        return self._connection.execute(query)

    def one(self, query: str) -> tuple[int, ...]:
        """The only row of a query."""
        row = self._connection.execute(query).fetchone()
        if row is None:
            raise RuntimeError("a query of one row gave none")
        return row

    @contextmanager
    def given(self, name: str, arrow: pa.Table) -> Iterator[None]:
        """Show an Arrow table under a name."""
        self._connection.register(name, arrow)
        try:
            yield
        finally:
            self._connection.unregister(name)

    def store(self, name: str, arrow: pa.Table) -> None:
        """Make a table of an Arrow table."""
        with self.given("given", arrow):
            self.execute(f"create or replace temp table {name} as from given")

    def store_lookup(self, name: str, terms: dict[str, str | None]) -> None:
        """Make a table of terms and meanings, unless it is there already."""
        if self._lookups.get(name) == terms:
            return
        columns = {"term": terms.keys(), "meaning": terms.values()}
        self.store(
            f"lookup_{name}",
            pa.table(
                {c: pa.array(values, pa.string()) for c, values in columns.items()}
            ),
        )
        self._lookups[name] = terms

    def copy(self, query: str, path: Path) -> int:
        """Write a query's rows as Parquet; return the row count."""
        (rows,) = self.one(
            f"copy ({query}) to {literal(str(path))} (format parquet, compression zstd)"
        )
        return rows

    def close(self) -> None:
        """Let go of it all."""
        self._connection.close()


def lake_columns(extract: Extract) -> dict[str, str]:
    """The columns of an extract in the lake, with their types."""
    columns = dict(COMMON_COLUMNS)
    if extract.name == "mps_borough_crime":
        columns["classification"] = "varchar"
    if _counts(extract):
        columns["counts_with_percent"] = "varchar"
    for column in extract.columns:
        is_measure = column.data_type in MEASURES
        for name in column.lake_columns:
            if column.data_type == "month_columns":
                columns["month_start_date"] = "date"
            if column.data_type == "statistic_columns":
                columns |= {"filters": "varchar", "statistic": "varchar"}
            columns.setdefault(name, SQL_TYPES.get(column.data_type, "varchar"))
            if is_measure:
                columns[f"{name}_mark"] = "varchar"
    return columns


def _counts(extract: Extract) -> list[Column]:
    """The columns of an extract that are counts, and may be sent as any number."""
    return [
        column
        for column in extract.columns
        if column.data_type == "measure" and column.name in COUNTS
    ]


def _is_joined(extract: Extract, name: str) -> bool:
    """Whether several columns feed one column of the lake, as a list in bars."""
    return sum(name in column.lake_columns for column in extract.columns) > 1


class FileCheck:
    """Reads, judges and writes the records of one file, or of several of one kind."""

    def __init__(
        self,
        engine: Engine,
        reference: Reference,
        claim: Claim,
        *sources: Source,
    ):
        self._engine = engine
        self._reference = reference
        self._claim = claim
        self.sources = sources
        self._header = sources[0].header
        self._extract = reference.extracts[claim.extract]
        self._optional = reference.may_leave_out(self._extract, claim.submitter_code)
        self._columns = read_columns(self._extract, claim, reference, self._optional)
        self._keys = [read for read in self._columns if read.column.is_key]
        self._faults: list[int] = []
        self._odd: set[int] = set()
        self._aside = 0
        self._rows: dict[str, pa.Table] = {}
        self._statistics: list[int] = []
        self._filters: list[int] = []
        self._notation = "points"
        self._with_unnamed: set[int] = set()

    def together(self, others: Sequence["FileCheck"]) -> "FileCheck":
        """The check of the files of several checks, which are of one kind."""
        sources = [source for check in (self, *others) for source in check.sources]
        return FileCheck(self._engine, self._reference, self._claim, *sources)

    @property
    def kind(self) -> Hashable | None:
        """All that decides how records are judged; None where it takes their own file.

        So it is where a file itself names columns of figures.
        """
        header = self._header
        if self._extract.dynamic is not None:
            return None
        return (
            self._extract.name,
            self._claim.period,
            tuple(self._columns),
            tuple(one for read in self._columns for one in self._remarks(read)),
            tuple(header.names),
            tuple(header.found.items()),
            tuple(header.vintages.items()),
            *(tuple(places) for places in (header.parting, header.extra)),
            header.has_unnamed,
            header.form is None,
        )

    def run(self) -> list[Outcome | Refused | None]:
        """Judge all records; the tables stay in the engine for writing.

        Gives of each file, in their order, its outcome, or why it is refused; None for
        one that must be judged alone, since its numbers or headers are not as others',
        or it has too many records.
        """
        for table, terms in lookups(
            self._extract, self._claim, self._reference
        ).items():
            self._engine.store_lookup(table, terms)
        self._load()
        self._find_notation()
        self._part_dynamic_columns()
        self._judge()
        self._decide()
        self._spread_cells()
        return [
            None if number in self._odd else self._weighed(outcome)
            for number, outcome in enumerate(self._count())
        ]

    def _weighed(self, outcome: Outcome) -> Outcome | Refused:
        """The outcome of a file, unless its counts refuse it altogether."""
        if self._header.form is not None and not (
            outcome.rows_accepted or outcome.rows_set_aside
        ):
            # It claims nothing: what was filled in may come under the same name.
            return Refused("form_left_blank")
        if outcome.lines_read == 0 and not self._extract.empty_file_is_nil:
            return Refused("nil_not_allowed", True, extract=self._extract.name)
        if outcome.rows_set_aside * 2 > outcome.lines_read:
            outcome.refused = Refused(
                "half_set_aside",
                True,
                set_aside=outcome.rows_set_aside,
                lines_read=outcome.lines_read,
            )
        return outcome

    # Reading

    def _load(self) -> None:
        """Fill `records` with all that the sources have."""
        self._make_records()
        self._add_records(self._batches())

    def _batches(self) -> Iterator[pa.Table]:
        """The records of all sources, numbered through; few to a table of many."""
        held: list[pa.Table] = []
        several = len(self.sources) > 1
        for number, source in enumerate(self.sources):
            for batch in self._few(number) if several else source.batches():
                if sum(each.num_rows for each in held) + batch.num_rows > BATCH_ROWS:
                    yield from _joined(held)
                    held = []
                held.append(_numbered_on(batch, number * NEXT_FILE))
        yield from _joined(held)

    def _few(self, number: int) -> list[pa.Table]:
        """The records of one of several files; none of one that has too many."""
        found: list[pa.Table] = []
        for batch in self.sources[number].batches():
            found.append(batch)
            if sum(each.nbytes for each in found) > MOST_TOGETHER:
                self._odd.add(number)
                return []
        return found

    def _kept(self) -> list[str]:
        """The columns of which the text is read on."""
        header = self._header
        declared = {place: name for name, place in header.found.items()}
        wanted = {read.column.name for read in self._columns}
        return [
            f"c{place + 1}"
            for place in range(len(header.names))
            if declared.get(place) in wanted
            or place in header.dynamic
            or place in header.parting
        ]

    def _make_records(self) -> None:
        """Make `records`: what is read of each record, and a digest of all of it."""
        types = "".join(f", {name} varchar" for name in self._kept())
        self._engine.execute(
            "create or replace temp table records "
            f"(line_number bigint, structural varchar, content blob{types})"
        )

    def _add_records(self, batches: Iterable[pa.Table]) -> None:
        """Add to `records`.

        Personal columns go no further than this statement. The digest tells exact
        duplicates; each field stands in it with its length, so that no two different
        records look alike.
        """
        header = self._header
        all_columns = [f"c{place}" for place in range(1, header.columns + 1)]
        kept = self._kept()
        content = f"{_file_of('line_number')}, "
        content += ", ".join(f"strlen({name}), ':', {name}" for name in all_columns)
        values = "".join(f", nullif({name}, '') as {name}" for name in kept)
        insert = f"""
            insert into records
            select
                line_number,
                {{structural}} as structural,
                unhex(sha256(concat({content}))) as content
                {values}
            from batch
            where fault is not null or concat({", ".join(all_columns)}) <> ''
        """
        length = f"strlen(concat({', '.join(kept)}))"
        look = f"""
            select
                coalesce(sum({length}) filter (where {length} > {LONG}), 0),
                count(*) filter (where {self._may_be_header()})
            from batch
        """
        long = 0
        for batch in batches:
            if header.has_unnamed:
                filled = pc.not_equal(batch.column(all_columns[-1]), "")
                lines = batch.column("line_number").filter(filled).to_numpy()
                self._with_unnamed.update(np.unique(lines // NEXT_FILE).tolist())
            for some in _portions(batch):
                with self._engine.given("batch", some):
                    letters, like_headers = self._engine.one(look)
                    long += letters
                    if long > LONG_LIMIT:
                        raise Refused("records_too_long")
                    structural = "fault"
                    if like_headers:
                        # A long statement, which hardly any file needs.
                        structural = f"coalesce(fault, {self._which_header()})"
                    self._engine.execute(insert.format(structural=structural))
        changed = self._engine.execute(
            "select min(line_number) from records where structural = 'header_changed'"
            f" group by {_file_of('line_number')}"
        ).fetchall()
        if changed and len(self.sources) == 1:
            raise Refused("header_changed", line=changed[0][0])
        self._leave_out(line // NEXT_FILE for (line,) in changed)

    def _leave_out(self, files: Iterable[int]) -> None:
        """Take files out that must be judged alone, with their records."""
        numbers = set(files)
        if numbers:
            self._odd |= numbers
            self._engine.execute(
                f"delete from records where {_file_of('line_number')}"
                f" in ({', '.join(map(str, numbers))})"
            )

    def _known_names(self) -> str:
        """SQL: the names of all declared columns, as headers compare."""
        return ", ".join(
            literal(name)
            for column in self._extract.columns
            for name in spellings(column)
        )

    def _may_be_header(self) -> str:
        """SQL: whether one of a record's first columns holds a name of the header."""
        known = self._known_names()
        return " or ".join(
            f"replace(lower(c{place + 1}), ' ', '_') in ({known})"
            for place in list(self._header.found.values())[:3]
        )

    def _which_header(self) -> str:
        """SQL: a record that is the header again, and one that is another header.

        Most of the declared names stand in it: under their own columns, or elsewhere.
        """
        header = self._header
        names = {
            place: normalise_header(header.names[place])
            for place in (*header.found.values(), *header.dynamic)
        }
        cells = {p: f"as_header(c{p + 1})" for p in range(len(header.names))}
        same = " and ".join(f"{cells[p]} = {literal(n)}" for p, n in names.items())
        most = self._names_of_a_header()
        known = f"x -> x in ({self._known_names()})"
        named = f"len(list_filter([{', '.join(cells.values())}], {known}))"
        return f"""
            case when {self._may_be_header()} then
                case
                    when {same} then 'header_repeated'
                    when {named} >= {most} then 'header_changed'
                end
            end
        """

    def _names_of_a_header(self) -> int:
        """How many names of declared columns make a record another header."""
        return max(2, len(self._header.found) // 2 + 1)

    def _find_notation(self) -> None:
        """Whether a comma in a number is a decimal one, by what the file itself shows.

        A comma parts thousands unless there are numbers in which it cannot. Where it
        cannot and nothing speaks against it, in a file whose fields are separated by
        semicolons, it is a decimal comma; else a number that can be read in two ways
        is read in none. A few slips of the pen are no notation.
        """
        texts = [f"c{place + 1}" for place in self._places_of_numbers()]
        commas = self._count_where("contains({0}, ',')", texts)
        if not +commas:
            return
        decimal, either, point = (
            self._count_where(f"{test}({{0}})", texts)
            for test in ("is_decimal_comma", "is_either_comma", "is_decimal_point")
        )
        notations = {
            number: _notation(source, decimal[number], either[number], point[number])
            for number, source in enumerate(self.sources)
        }
        if len(self.sources) == 1:
            self._notation = notations[0]
        else:
            self._leave_out(n for n, each in notations.items() if each != "points")

    def _count_where(self, test: str, texts: Sequence[str]) -> Counter[int]:
        """Of each file, how often a test holds of these texts of its records."""
        counted: Counter[int] = Counter()
        for some in _in_chunks(texts):
            counts = " + ".join(
                f"count(*) filter (where {test.format(text)})" for text in some
            )
            found = self._engine.execute(
                f"select {_file_of('line_number')} as k_file, {counts} from records"
                " group by k_file"
            )
            counted.update(dict(found.fetchall()))
        return counted

    def _places_of_numbers(self) -> list[int]:
        header = self._header
        declared = [
            header.found[read.column.name]
            for read in self._columns
            if read.column.data_type in NUMBERS and read.column.name in header.found
        ]
        return [*declared, *header.dynamic]

    def _number_text(self, text: str) -> str:
        """A number's text in the notation that parse_number reads."""
        if self._notation == "commas":
            return f"with_decimal_point({text})"
        if self._notation == "unsure":
            return f"case when not {self._is_unsure(text)} then {text} end"
        return text

    def _is_unsure(self, text: str) -> str:
        """Whether a number can be read in two ways."""
        if self._notation != "unsure":
            return "false"
        tests = [f"is_either_comma({text})"]
        if self.sources[0].may_have_decimal_commas:
            tests.append(f"is_either_point({text})")
        return f"coalesce({' or '.join(tests)}, false)"

    def _part_dynamic_columns(self) -> None:
        """Which columns that the file names are figures, and which are filters.

        What the seed of statistics names is what it is there. Of the others, a column
        with more figures than other text holds figures: one that a slip of the pen
        made text would else change the key of every row.
        """
        header = self._header
        dynamic = self._extract.dynamic
        if dynamic is None:
            return
        self._statistics = list(header.dynamic)
        if dynamic.data_type == "month_columns":
            self._filters = list(header.parting)
            return
        self._statistics, self._filters = [], []
        for place, filled, numbers in self._count_figures(header.dynamic):
            name = header.names[place].lower()
            if name in self._reference.statistics:
                self._statistics.append(place)
            elif name in self._reference.filter_names or numbers * 2 < filled:
                self._filters.append(place)
            elif filled:
                self._statistics.append(place)

    def _count_figures(self, places: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Of each of these columns: its place, how much it holds, how many figures."""
        marks = ", ".join(
            literal(mark.lower()) for mark in self._reference.marks_of(self._extract)
        )
        for some in _in_chunks(places):
            counts = ", ".join(
                f"count(c{place + 1}), count(*) filter (where "
                f"parse_number({self._number_text(f'c{place + 1}')}) is not null "
                f"or lower(c{place + 1}) in ({marks or 'null'}))"
                for place in some
            )
            found = self._engine.one(f"select {counts} from records")
            yield from zip(some, found[::2], found[1::2], strict=True)

    def _judge(self) -> None:
        """Fill `judged`: each column's value, mark and fault; who is out of scope."""
        found = self._header.found
        texts, ready, values, kept = [], [], [], []
        for read in self._columns:
            place, number = found.get(read.column.name), read.place
            text = f"c{place + 1}" if place is not None else "null::varchar"
            fault = read.fault
            if read.column.data_type in NUMBERS and self._notation != "points":
                texts.append(f"{self._is_unsure(text)} as u{number}")
                text = self._number_text(text)
                fault = f"case when u{number} then 'number_ambiguous' else {fault} end"
            texts.append(f"{text} as t{number}")
            ready.append(f"{read.prepared} as p{number}")
            values.append(f"{read.value} as v{number}")
            kept.append(f"v{number}")
            if read.mark is not None:
                values.append(f"{read.mark} as m{number}")
                kept.append(f"m{number}")
            ambiguous = ambiguity(read)
            if ambiguous is not None:
                values.append(f"{ambiguous} as x{number}")
            values += BESIDE.get(read.column.data_type, ())
            if read.column.data_type in REMARKED:
                kept.append(f"p{number}")
            if read.column.data_type == "police_borough" and self._optional:
                # The area that was named, where the sender decides the value.
                values.append(f"l{number}.meaning as b{number}")
                kept.append(f"b{number}")
            if read.column in _counts(self._extract):
                kept.append(f"coalesce(contains(t{number}, '%'), false) as w{number}")
            kept.append(f"{fault} as f{number}")
        kept += [f"{read.key} as k{number}" for number, read in enumerate(self._keys)]
        kept += ["folded(filters) as k_filters"] if self._filters else []
        kept.append(f"{_file_of('line_number')} as k_file")
        passes = [read.passes for read in self._columns if read.passes is not None]
        readable = [
            f"(v{read.place} is not null"
            + (f" or t{read.place} is null)" if read.is_nullable_key else ")")
            for read in self._keys
        ]
        self._engine.execute(
            f"""
            create or replace temp table judged as
            with texts as (
                select
                    line_number, structural, content,
                    {self._filters_text()} as filters,
                    {self._is_left_blank()} as is_left_blank,
                    {", ".join(texts)}
                from records
            ),
            prepared as (select *, {", ".join(ready)} from texts),
            valued as (
                select prepared.*, {", ".join(values)}
                from prepared {"".join(read.joins for read in self._columns)}
            )
            select
                line_number, structural, content, filters,
                structural is null
                    and (is_left_blank or {" or ".join(passes) or "false"})
                    as is_passed_over,
                structural is null and {" and ".join(readable)} as is_key_readable,
                {", ".join(kept)}
            from valued
            """
        )

    def _is_left_blank(self) -> str:
        """SQL: whether a record is a row of a form in which no figure was filled in."""
        header = self._header
        figures = [
            f"c{header.found[column.name] + 1}"
            for column in self._extract.columns
            if column.data_type in NUMBERS and column.name in header.found
        ]
        if header.form is None or not figures or self._extract.kind == "record":
            return "false"
        return f"coalesce({', '.join(figures)}) is null"

    def _filters_text(self) -> str:
        """`name=value` for each filter, joined by semicolons, names in order."""
        names = self._header.names
        self._filters.sort(key=lambda place: names[place].lower())
        if not self._filters:
            return "null::varchar"
        parts = [
            f"concat({literal(names[place].lower() + '=')}, c{place + 1})"
            for place in self._filters
        ]
        return f"concat_ws(';', {', '.join(parts)})"

    # Deciding

    def _decide(self) -> None:
        """Fill `fates`: the first that fits of out of scope, duplicate, set aside."""
        keys = [f"k{number}" for number in range(len(self._keys))]
        keys += ["k_filters", "k_file"] if self._filters else ["k_file"]
        costly = [read for read in self._columns if read.costs_record]
        code = ", ".join(read.f for read in costly) or "null"
        columns = " ".join(
            f"when {read.f} is not null then {literal(read.column.name)}"
            for read in costly
        )
        key_names = literal(", ".join(read.column.name for read in self._keys))
        matches = " and ".join(
            f"placed.{key} is not distinct from shared_keys.{key}" for key in keys
        )
        self._engine.execute(
            read_query(
                HERE,
                "fates",
                keys=", ".join(keys),
                code=code,
                column=f"case {columns} end" if costly else "null",
                key_names=key_names,
                matches=matches,
            )
        )

    def _spread_cells(self) -> None:
        """Fill `cells`: for wide extracts, one row per record and column of figures."""
        dynamic = self._extract.dynamic
        if dynamic is None:
            return
        names = self._header.names
        self._engine.store(
            "figure_columns",
            pa.table(
                {
                    "place": pa.array(
                        [f"c{place + 1}" for place in self._statistics], pa.string()
                    ),
                    "name": pa.array(
                        [names[place] for place in self._statistics], pa.string()
                    ),
                }
            ),
        )
        if not self._statistics:
            raise Refused("header_missing", columns="columns of figures")
        self._engine.execute(
            "create or replace temp table cells (line_number bigint, fate varchar, "
            "name varchar, figure double, mark varchar, fault varchar)"
        )
        for some in _in_chunks(self._statistics):
            self._spread_some(some, dynamic)

    def _spread_some(self, places: Sequence[int], dynamic: Column) -> None:
        """Add the cells of some columns; so many at once that memory holds them."""
        columns = ", ".join(f"c{place + 1}" for place in places)
        low = dynamic.minimum or "'-infinity'::double"
        high = dynamic.maximum or "'infinity'::double"
        self._engine.execute(
            read_query(
                HERE,
                "spread_cells",
                columns=columns,
                is_unsure=self._is_unsure("txt"),
                number_text=self._number_text("txt"),
                low=low,
                high=high,
                is_count=self._is_count(),
            )
        )

    def _is_count(self) -> str:
        """SQL: whether a column is of counts: months, statistics of an indicator."""
        if self._extract.has_months:
            return "true"
        if not self._reference.statistics:
            return "false"
        names = ", ".join(map(literal, sorted(self._reference.statistics)))
        return f"lower(name) in ({names})"

    # Counting

    def _count(self) -> list[Outcome]:
        """Of each file, count fates, faults of each column, what is worth a remark."""
        fates = [
            each.name.removeprefix("rows_")
            for each in fields(Outcome)
            if each.name.startswith("rows_")
        ]
        remarks = [one for read in self._columns for one in self._remarks(read)]
        counts = [f"count(*) filter (where fate = '{fate}')" for fate in fates]
        counts += [
            f"count({read.f}) filter (where structural is null)"
            for read in self._columns
        ]
        counts += [
            f"count({one.counted}) filter (where fate = 'accepted' and {one.test})"
            for one in remarks
        ]
        found = {
            number: counted
            for number, *counted in self._engine.execute(
                f"select k_file, count(*), {', '.join(counts)} "
                "from judged inner join fates using (line_number) group by k_file"
            ).fetchall()
        }
        nothing = [0] * (1 + len(counts))
        after = 1 + len(fates)
        columns = slice(after, after + len(self._columns))
        totals = [sum(each) for each in zip(nothing, *found.values(), strict=True)]
        self._faults = totals[columns]
        outcomes = []
        for number in range(len(self.sources)):
            counted = found.get(number, nothing)
            remarked = zip(remarks, counted[columns.stop :], strict=True)
            outcomes.append(self._outcome(number, counted[:after], remarked))
        self._aside = sum(outcome.rows_set_aside for outcome in outcomes)
        return outcomes

    def _outcome(
        self, number: int, counts: Sequence[int], remarked: Iterable[tuple[Remark, int]]
    ) -> Outcome:
        """The outcome of a file: its counts, and its notices in their order."""
        header = self._header
        notices: list[tuple[str | None, str, int]] = [
            (shorten(name), self._extra(name), 1)
            for name in map(header.names.__getitem__, header.extra)
        ]
        if number in self._with_unnamed:
            notices.append((UNNAMED, "column_extra", 1))
        if turned := self._months_turned():
            notices.append((None, "months_out_of_order", turned))
        notices += [
            (one.column, one.code, occurrences)
            for one, occurrences in remarked
            if occurrences
        ]
        return Outcome(*counts, notices + self._cell_notices())

    def _months_turned(self) -> int:
        """Months of the header after a later one; 0 where the latest come first."""
        if not self._extract.has_months:
            return 0
        header = self._header
        months = [header.names[place] for place in header.dynamic]
        turned = sum(before > after for before, after in pairwise(months))
        return turned if turned < len(months) - 1 else 0

    def _extra(self, name: str) -> str:
        """What to say of a column that is none of the extract's."""
        if self._extract.has_months and LIKE_A_MONTH.fullmatch(name):
            return "month_unread"
        return "column_extra"

    def _cell_notices(self) -> list[tuple[str | None, str, int]]:
        """Dashes among the figures of a wide extract."""
        marks = self._dashes()
        if self._extract.dynamic is None or not marks:
            return []
        return [
            (shorten(name), "dash_sent", occurrences)
            for name, occurrences in self._engine.execute(
                "select name, count(*) from cells "
                f"where fate = 'accepted' and mark in ({marks}) "
                "group by name order by name"
            ).fetchall()
        ]

    def _dashes(self) -> str:
        return ", ".join(literal(m) for m in sorted(self._reference.reported_marks))

    def _remarks(self, read: ReadColumn) -> list[Remark]:
        """What is worth a remark in a column."""
        name, kind = read.column.name, read.column.data_type
        if kind == "residence_authority":
            ours = ", ".join(literal(c) for c in sorted(self._reference.old_ons_codes))
            test = f"{read.f} is null and {read.v} not in ({ours})"
            return [Remark(name, "resident_elsewhere", test)]
        if kind == "residence_pct":
            ours = ", ".join(literal(c) for c in sorted(self._reference.pct_codes))
            other = next(
                r for r in self._columns if r.column.data_type == "residence_authority"
            )
            unsaid = f"({other.v} is null or {other.f} is not null)"
            test = f"{read.f} is null and {read.v} not in ({ours}) and {unsaid}"
            return [Remark(name, "resident_elsewhere", test)]
        if read.column.birth_column is not None:
            born = next(
                r for r in self._columns if r.column.name == read.column.birth_column
            )
            when = next(r for r in self._columns if r.column.is_period_date)
            # Calendar years between the two are the age, or one more.
            years = f"date_diff('year', parse_date({born.v}), {when.v})"
            test = f"{read.f} is null and abs({years} - {read.v}) > 1"
            return [Remark(name, "age_against_birth", test)]
        if kind == "employer_sector":
            known = f"p{read.place} in (select term from lookup_employer_sector)"
            test = f"p{read.place} is not null and not {known}"
            return [Remark(name, "sector_unmapped", test)]
        if kind == "area_name":
            area = next(r for r in self._columns if r.column.data_type in AREA_TYPES)
            return [Remark(name, "name_against_code", f"{read.v} <> {area.v}")]
        if kind == "measure":
            return self._remarks_on_measure(read)
        if kind in ("police_borough", "crime_borough") and not self._optional:
            elsewhere = self._reference.not_policed(
                self._extract, self._claim.submitter_code
            )
            named = (
                f"p{read.place} in (select term from lookup_{kind} "
                f"where {is_among('meaning', elsewhere)})"
            )
            test = f"{read.v} = '{UNALLOCATED}' and {named}"
            return [Remark(name, "place_of_another_force", test)]
        if kind == "police_borough":
            named = f"b{read.place}"
            test = f"{named} not in ({read.v}, '{UNALLOCATED}')"
            return [
                Remark(name, "borough_elsewhere", test),
                Remark(name, "boroughs_elsewhere", test, f"distinct {named}"),
            ]
        return []

    def _remarks_on_measure(self, read: ReadColumn) -> list[Remark]:
        """Dashes, and per-cent signs where a count stands."""
        remarks = []
        if marks := self._dashes():
            test = f"m{read.place} in ({marks})"
            remarks.append(Remark(read.column.name, "dash_sent", test))
        if read.column in _counts(self._extract):
            test = f"w{read.place} and {read.f} is null"
            remarks.append(Remark(read.column.name, "percent_in_count", test))
        return remarks

    # Writing

    def may_set_aside(self, number: int = 0) -> bool:
        """Whether there may be a line or value of a file that is set aside."""
        if len(self.sources) > 1:
            return self._own_rows(self._set_aside(), number).num_rows > 0
        return self._extract.dynamic is not None or any(self._faults) or self._aside > 0

    def write_set_aside(self, path: Path, file_id: str, number: int = 0) -> int:
        """Write what was set aside of a file, never its content; give the row count."""
        return self._write(self._set_aside(), path, file_id, number)

    def _set_aside(self) -> str:
        """SQL: what was set aside, in order."""
        parts = [
            "select line_number, column_name, 'record' as level, reason_code "
            "from fates where fate = 'set_aside'"
        ]
        for read, occurrences in zip(self._columns, self._faults, strict=True):
            if occurrences:
                name = literal(read.column.name)
                parts.append(
                    f"select line_number, {name}, 'value', {read.f} "
                    "from judged inner join fates using (line_number) "
                    f"where structural is null and {read.f} is not null "
                    "and (fate = 'accepted' or (fate = 'set_aside' "
                    f"and column_name is distinct from {name}))"
                )
        if self._extract.dynamic is not None:
            parts.append(
                "select line_number, name, 'value', fault from cells "
                "where fault is not null and fate = 'accepted'"
            )
        union = " union all ".join(parts)
        return f"select * from ({union}) order by line_number, level, column_name"

    def write_records(self, path: Path, file_id: str, number: int = 0) -> None:
        """Write what staging needs of each record of a file that stands."""
        self._write(self._records_that_stand(), path, file_id, number)

    def _write(self, query: str, path: Path, file_id: str, number: int) -> int:
        """Write the rows of a file, of those that a query gives; give the row count.

        The bytes are the same, whether it was judged alone or with others.
        """
        if len(self.sources) > 1:
            parts = [self._own_rows(query, number)]
            schema = parts[0].schema
        else:
            reader = self._engine.execute(query).to_arrow_reader(BATCH_ROWS)
            parts, schema = map(_table_of, reader), reader.schema
        own = pa.field("file_id", pa.string())
        rows = 0
        with pq.ParquetWriter(
            path, schema.insert(0, own), compression="zstd"
        ) as writer:
            for part in (part for part in parts if part.num_rows):
                rows += part.num_rows
                ids = pa.repeat(pa.scalar(file_id, pa.string()), part.num_rows)
                writer.write_table(part.add_column(0, own, ids))
        return rows

    def _own_rows(self, query: str, number: int) -> pa.Table:
        """The rows of one of several files, of those that a query gives in order."""
        if query not in self._rows:
            self._rows[query] = self._engine.execute(query).to_arrow_table()
        every = self._rows[query]
        lines = every.column("line_number").to_numpy()
        start = number * NEXT_FILE
        first, end = np.searchsorted(lines, [start, start + NEXT_FILE])
        return _numbered_on(every.slice(first, end - first), -start)

    def _selected(self) -> str:
        """SQL: the columns of the lake, but for the file's."""
        values = self._lake_values()
        if self._extract.dynamic is not None:
            values |= self._cell_values()
        selected = ", ".join(
            f"cast({values[name]} as {kind}) as {name}"
            for name, kind in lake_columns(self._extract).items()
            if name not in ("file_id", "line_number")
        )
        return f"judged.line_number, {selected}"

    def _records_that_stand(self) -> str:
        """SQL: what staging needs of each record that stands, in order."""
        cells = ""
        order = "judged.line_number"
        if self._extract.dynamic is not None:
            cells = "inner join cells using (line_number)"
            order += ", cells.name"
        kept = (
            "fates.fate = 'accepted' or (fates.fate = 'set_aside' and not is_again "
            f"and {self._is_kept_aside()})"
        )
        return f"""
            select {self._selected()}
            from judged
            inner join fates using (line_number)
            {cells}
            where {kept}
            order by {order}
        """

    @property
    def _keeps_values(self) -> bool:
        """Whether records set aside keep what could be read of them.

        They are counted beside the cells in which they could count. Of an aggregate the
        key alone says which cell is refused.
        """
        return self._extract.counts_set_aside

    def _is_kept_aside(self) -> str:
        if self._keeps_values:
            return "fates.reason_code <> 'header_repeated'"
        return "is_key_readable"

    def _emptied(self) -> str:
        """The columns of a record that were not read: all, where it has no fields."""
        optional = ", ".join(
            f"case when {read.f} is not null then {literal(read.column.name)} end"
            for read in self._columns
            if not read.costs_record
        )
        faulty = ", ".join(
            f"case when structural is not null or {read.f} is not null "
            f"then {literal(read.column.name)} end"
            for read in self._columns
        )
        accepted = f"nullif(concat_ws(',', {optional}), '')" if optional else "null"
        aside = f"concat_ws(',', {faulty})" if self._keeps_values else "null"
        return (
            f"case when fates.fate = 'accepted' then {accepted} "
            f"else nullif({aside}, '') end"
        )

    def _lake_values(self) -> dict[str, str]:
        """Lake column to expression; see the lake's contract for records set aside."""
        values = {
            "record_state": "fates.fate",
            "values_set_aside": self._emptied(),
            "filters": "filters",
            "classification": literal(next(iter(self._header.vintages.values()), "")),
        }
        counts = _counts(self._extract)
        signs = ", ".join(
            f"case when w{read.place} and {read.f} is null "
            f"then {literal(read.column.name)} end"
            for read in self._columns
            if read.column in counts
        )
        if signs:
            values["counts_with_percent"] = (
                f"case when fates.fate = 'accepted' "
                f"then nullif(concat_ws(',', {signs}), '') end"
            )
        joined: dict[str, list[str]] = {}
        for read in self._columns:
            sound = f"{read.f} is null"
            if self._keeps_values:
                # A date outside the file's period is one that can be read.
                sound = f"coalesce({read.f}, 'date_outside_period')"
                sound += " = 'date_outside_period'"
            elif not read.column.is_key:
                sound += " and fates.fate = 'accepted'"
            value = f"case when {sound} then {read.v} end"
            if read.column.is_key and not self._keeps_values:
                value = read.v
            for name in read.column.lake_columns:
                if _is_joined(self._extract, name):
                    joined.setdefault(name, []).append(value)
                    continue
                values[name] = value
                if read.mark is not None:
                    mark = f"case when {sound} then m{read.place} end"
                    values[f"{name}_mark"] = mark
        for name, parts in joined.items():
            codes = f"concat_ws('|', {', '.join(parts)})"
            values[name] = f"'|' || nullif({codes}, '') || '|'"
        return values

    def _cell_values(self) -> dict[str, str]:
        dynamic = self._extract.dynamic
        if dynamic is None:
            return {}
        (name,) = dynamic.lake_columns
        sound = "cells.fault is null"
        if not self._keeps_values:
            sound += " and fates.fate = 'accepted'"
        return {
            "values_set_aside": (
                "case when cells.fault is not null then lower(cells.name) end"
            ),
            "month_start_date": (
                "try_cast(concat(left(cells.name, 4), '-', right(cells.name, 2), '-01')"
                " as date)"
            ),
            "statistic": "lower(cells.name)",
            name: f"case when {sound} then cells.figure end",
            f"{name}_mark": f"case when {sound} then cells.mark end",
        }


def _notation(source: Source, decimal: int, either: int, point: int) -> str:
    """What commas are in the numbers of a file that has so many of each kind."""
    may_be = source.may_have_decimal_commas
    is_slip = decimal * SLIPS < either
    if not decimal or (not may_be and (point or is_slip)):
        return "points"
    return "commas" if may_be and not point and not is_slip else "unsure"


def _file_of(line: str) -> str:
    """SQL: which of the files that are judged together a line is of."""
    return f"({line} // {NEXT_FILE})"


def _numbered_on(rows: pa.Table, offset: int) -> pa.Table:
    """Rows with the numbers of their lines moved on."""
    place = rows.schema.get_field_index("line_number")
    lines = pc.add(rows.column(place), pa.scalar(offset, pa.int64()))
    return rows.set_column(place, "line_number", lines)


def _table_of(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])


def _joined(tables: Sequence[pa.Table]) -> list[pa.Table]:
    return [pa.concat_tables(tables)] if tables else []


def _in_chunks(places: Sequence[Each]) -> Iterator[Sequence[Each]]:
    """Columns in portions: what a statement costs grows faster than its columns."""
    for start in range(0, len(places), COLUMNS_AT_ONCE):
        yield places[start : start + COLUMNS_AT_ONCE]


def _portions(batch: pa.Table) -> Iterator[pa.Table]:
    """Records in portions of a size of which a statement can hold several copies."""
    portions = min(batch.nbytes // BATCH_LETTERS + 1, batch.num_rows)
    rows = -(-batch.num_rows // portions) if portions else 1
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def shorten(name: str) -> str:
    """A header name as it may stand in the ledger: one line, not endless."""
    text = re.sub(r"[^\x20-\x7e\u00a1-\uffff]", "?", name)
    return text if len(text) <= 100 else f"{text[:97]}..."


def write_declared(engine: Engine, columns: dict[str, str], path: Path) -> None:
    """Write a Parquet file of these columns without a row."""
    nothing = ", ".join(f"null::{kind} as {name}" for name, kind in columns.items())
    engine.copy(f"select {nothing} limit 0", path)
