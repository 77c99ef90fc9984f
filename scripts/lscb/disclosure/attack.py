"""What could be learnt from what is published: the audit, seen from outside.

Nothing here knows a true count or how the pattern was found. The relations are worked
out again from the published keys, and every publication that readers may hold is used
together. Only the facts of structure.py and the solver are shared with the guard, and
the solver's tables are checked in integer arithmetic.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from scipy import sparse

from lscb.disclosure.intervals import (
    NO_BOUND,
    ContradictionError,
    Polytope,
    explore,
)
from lscb.disclosure.statistics import Statistic, count_interval
from lscb.disclosure.structure import Apart, Exceptions, Key, Structure

CEILING_SPARE = 1_000
"""How far above all published numbers a count without upper bound is let go."""


class Mark(StrEnum):
    """What a published cell says about its count."""

    SHOWN = "shown"
    SMALL = "small"
    """Hidden because it is 1 to the threshold."""

    HIDDEN = "hidden"
    """Hidden without saying why, to protect itself or another: 1 or more."""

    SOURCE = "source"
    """Suppressed by its source, with the bounds of the source's mark."""


@dataclass(frozen=True)
class PublishedCell:
    """One row as a reader finds it.

    `figures` are the statistics printed beside the count, each with its figure.
    """

    key: Key
    mark: Mark
    count: int | None = None
    low: int = 0
    high: int | None = None
    rounding: int = 1
    figures: tuple[tuple[Statistic, float], ...] = ()


@dataclass(frozen=True)
class Publication:
    """One file that was made public, in the order of publishing.

    `revised` are the keys that it lists as revised, totals of revised counts among
    them; everywhere else the count is known to be the same as in the one before.
    """

    name: str
    cells: tuple[PublishedCell, ...]
    revised: frozenset[Key] = frozenset()
    apart: Exceptions = field(default_factory=dict)
    """Totals that it declares to be no sums of their parts."""

    taken_for: Mapping[Key, Hashable] = field(default_factory=dict)
    """Names of the counts that somebody takes the keys for: a name that came before is
    the count of then, also where it was away or another in between. What is not listed
    as revised is the count of the publication before in any case."""


@dataclass(frozen=True)
class Knowledge:
    """What a reader knows of the rule, besides the figures."""

    threshold: int = 5
    zeros_shown: bool = True


@dataclass(frozen=True)
class Interval:
    """What a reader can say of a hidden count; `high` None is no upper bound.

    With `is_exact` false the ends are attained, but the true ends may lie further out.
    """

    low: int
    high: int | None
    is_exact: bool = True

    @property
    def width(self) -> int | None:
        """Largest less smallest possible value, or None when there is no largest."""
        return None if self.high is None else self.high - self.low

    def is_narrower_than(self, width: int) -> bool:
        """Whether the count is known more closely than allowed.

        One that can only be 0 is not: zeros are shown, and this one its source hid.
        """
        return self.width is not None and self.high != 0 and self.width < width


@dataclass(frozen=True)
class Attack:
    """The intervals of all hidden counts, by publication and key.

    `unknowns` number the counts: the same number is the same count, published again.
    `contradictions` are relations that the published figures deny by themselves; a
    reader would drop them, and so were they.
    """

    intervals: Mapping[tuple[str, Key], Interval]
    unknowns: Mapping[tuple[str, Key], int]
    contradictions: tuple[str, ...] = ()

    def narrower_than(
        self, width: int, already: "Attack | None" = None
    ) -> dict[tuple[str, Key], Interval]:
        """Hidden counts that are known too closely.

        What was known as closely `already`, from an attack on the earlier publications
        alone, is left out: it cannot be taken back.
        """
        known = {}
        if already is not None:
            known = {
                already.unknowns[where]: interval
                for where, interval in already.narrower_than(width).items()
            }
        return {
            where: interval
            for where, interval in self.intervals.items()
            if interval.is_narrower_than(width)
            and known.get(self.unknowns[where]) != interval
        }

    def recovered(self) -> dict[tuple[str, Key], Interval]:
        """Hidden counts that can be worked out exactly."""
        return self.narrower_than(1)


@dataclass
class _Known:
    """All rows about one unknown, put together."""

    low: int
    high: int | None
    is_hidden: bool
    rows: list[tuple[str, Key]] = field(default_factory=list)

    @property
    def is_clear(self) -> bool:
        """Whether anybody knows it: shown, and not rounded."""
        return not self.is_hidden and self.low == self.high


@dataclass(frozen=True)
class _Row:
    name: str
    terms: tuple[tuple[int, int], ...]
    low: int | None
    high: int | None


def attack(
    publications: Sequence[Publication],
    structure: Structure,
    knowledge: Knowledge | None = None,
    *,
    enough: int | None = None,
) -> Attack:
    """Work out the tightest interval of every hidden count.

    With `enough`, the search for a count ends once it is seen to be that wide; its
    interval then says only what was seen (`is_exact` false).
    """
    picture = _picture(publications, structure, knowledge or Knowledge())
    intervals: dict[tuple[str, Key], Interval] = {}
    for members, tied in picture.groups:
        for number, interval in _solve(members, tied, picture.unknowns, enough).items():
            for where in picture.unknowns[number].rows:
                intervals[where] = interval
    return Attack(intervals, picture.number_of, picture.contradictions)


Own = Mapping[tuple[str, Key], int]
"""The true counts that an insider knows, by publication and key."""


def attack_from_inside(
    publications: Sequence[Publication],
    structure: Structure,
    insiders: Mapping[str, Own],
    knowledge: Knowledge | None = None,
    *,
    width: int = 1,
) -> dict[tuple[str, str, Key], Interval]:
    """The hidden counts of others that an insider knows more closely than `width`.

    An insider is named by its area, holds every publication, and the counts of its own
    area besides; the others are the areas of the other insiders. Gives the interval by
    insider, publication and key.
    """
    picture = _picture(publications, structure, knowledge or Knowledge())
    found: dict[tuple[str, str, Key], Interval] = {}
    for insider, own in sorted(insiders.items()):
        others = insiders.keys() - {insider}
        known: dict[int, int] = {}
        for where, count in own.items():
            number = picture.number_of.get(where)
            if number is not None and not picture.unknowns[number].is_clear:
                known[number] = count
        for members, tied in picture.groups:
            if known.keys().isdisjoint(members):
                continue
            unknowns = dict.fromkeys(members)
            for number in members:
                unknown = picture.unknowns[number]
                count = known.get(number)
                if count is not None:
                    unknown = replace(unknown, low=count, high=count, is_hidden=False)
                unknowns[number] = unknown
            fixed = {
                number: picture.unknowns[number]
                for row in tied
                for number, _ in row.terms
                if number not in unknowns
            }
            solved = _solve(members, tied, unknowns | fixed, width)
            for number, interval in solved.items():
                if interval.is_narrower_than(width):
                    found |= {
                        (insider, publication, key): interval
                        for publication, key in unknowns[number].rows
                        if key.area in others
                    }
    return found


@dataclass(frozen=True)
class _Picture:
    """Everything that is published, put together before anything is worked out."""

    number_of: Mapping[tuple[str, Key], int]
    unknowns: Sequence[_Known]
    groups: Sequence[tuple[list[int], list[_Row]]]
    contradictions: tuple[str, ...]


def _picture(
    publications: Sequence[Publication], structure: Structure, knowledge: Knowledge
) -> _Picture:
    number_of, unknowns = _unknowns(publications, knowledge)
    rows: dict[tuple, _Row] = {}
    for publication in publications:
        numbers = {
            cell.key: number_of[publication.name, cell.key]
            for cell in publication.cells
        }
        for row in _rows(numbers, structure, publication.apart):
            rows.setdefault((row.terms, row.low, row.high), row)
    kept, contradictions = _without_contradictions(list(rows.values()), unknowns)
    groups = tuple(_groups(unknowns, kept))
    return _Picture(number_of, unknowns, groups, tuple(contradictions))


def _unknowns(
    publications: Sequence[Publication], knowledge: Knowledge
) -> tuple[dict[tuple[str, Key], int], list[_Known]]:
    """Number the unknowns: a count keeps its number until it is said to change."""
    number_of: dict[tuple[str, Key], int] = {}
    unknowns: list[_Known] = []
    current: dict[Key, int] = {}
    by_name: dict[tuple[Key, Hashable], int] = {}
    for publication in publications:
        present: dict[Key, int] = {}
        for cell in publication.cells:
            low, high = _first_sight(cell, knowledge)
            name = cell.key, publication.taken_for.get(cell.key)
            number = None
            if cell.key not in publication.revised:
                number = current.get(cell.key)
            if number is None and name[1] is not None:
                number = by_name.get(name)
            if number is None:
                number = len(unknowns)
                unknowns.append(_Known(low, high, is_hidden=False))
            by_name.setdefault(name, number)
            known = unknowns[number]
            known.low = max(known.low, low)
            known.high = _lesser(known.high, high)
            if cell.mark is not Mark.SHOWN:
                known.is_hidden = True
                known.rows.append((publication.name, cell.key))
            if known.high is not None and known.high < known.low:
                raise ContradictionError(
                    f"{publication.name}, {cell.key}: what is published of this count "
                    "does not agree; if it was revised, list it so"
                )
            number_of[publication.name, cell.key] = number
            present[cell.key] = number
        current = present
    return number_of, unknowns


def _first_sight(cell: PublishedCell, knowledge: Knowledge) -> tuple[int, int | None]:
    """The range of a count by its own row alone."""
    low, high = cell.low, cell.high
    least_hidden = 1 if knowledge.zeros_shown else 0
    match cell.mark:
        case Mark.SHOWN:
            if cell.count is None:
                raise ValueError(f"{cell.key} is marked shown and has no count")
            low, high = cell.count, cell.count
            if cell.rounding > 1 and cell.count > 0:
                low = max(
                    cell.count - cell.rounding // 2,
                    knowledge.threshold + 1,
                )
                high = cell.count + (cell.rounding - 1) // 2
        case Mark.SMALL:
            low = max(low, least_hidden)
            high = _lesser(high, knowledge.threshold)
        case Mark.HIDDEN:
            low = max(low, least_hidden)
        case Mark.SOURCE:
            pass
    for statistic, figure in cell.figures:
        ceiling = high if high is not None else max(low, 10**7)
        possible = count_interval(statistic, figure, low, ceiling)
        if possible is None:
            raise ContradictionError(
                f"{cell.key}: {statistic.name} {figure} fits no count from {low} to "
                f"{high}"
            )
        low, high = possible
    return low, high


def _rows(
    numbers: Mapping[Key, int], structure: Structure, apart: Exceptions
) -> Iterable[_Row]:
    """Every relation that the keys of one publication are known to obey."""
    area_totals = _totals_of_parts(structure.area_parts)
    period_totals = _totals_of_parts(structure.period_parts)
    series_totals = _totals_of_parts(structure.sums)
    sums: dict[tuple[str, Key], list[Key]] = defaultdict(list)
    for key in numbers:
        series, area, period = key
        if series in structure.adds_over_areas:
            for total in area_totals.get(area, ()):
                sums["areas", Key(series, total, period)].append(key)
        if series in structure.adds_over_periods:
            for total in period_totals.get(period, ()):
                sums["periods", Key(series, area, total)].append(key)
        for total in series_totals.get(series, ()):
            sums["series", Key(total, area, period)].append(key)
    for (kind, total_key), parts in sums.items():
        if total_key in numbers:
            how = apart.get((kind, total_key), Apart(0, 0))
            counted = [numbers[part] for part in parts if part not in how.left_out]
            yield _row(
                f"{kind} {'/'.join(total_key)}",
                [(numbers[total_key], 1)] + [(number, -1) for number in counted],
                how,
            )
    for smaller, larger in structure.within:
        for key, number in numbers.items():
            container = numbers.get(Key(larger, key.area, key.period))
            if key.series == smaller and container is not None:
                how = apart.get(("within", key), Apart(0, None))
                terms = [(container, 1), (number, -1)]
                yield _row(f"within {'/'.join(key)}", terms, how)
    for one, other, distance in structure.same:
        for key, number in numbers.items():
            twin = numbers.get(Key(other, key.area, key.period))
            if key.series != one or twin is None or key in structure.differing:
                continue
            how = apart.get(("same", key), Apart(-distance, distance))
            terms = [(twin, 1), (number, -1)]
            yield _row(f"same {'/'.join(key)}", terms, how)


def _totals_of_parts(parts: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    totals: dict[str, list[str]] = defaultdict(list)
    for total, members in parts.items():
        for member in members:
            totals[member].append(total)
    return totals


def _row(name: str, terms: Iterable[tuple[int, int]], how: Apart) -> _Row:
    return _Row(name, tuple(sorted(terms)), how.low, how.high)


def _without_contradictions(
    rows: list[_Row], unknowns: list[_Known]
) -> tuple[list[_Row], list[str]]:
    """Set aside the rows that the ranges of their own members deny."""
    kept, denied = [], []
    for row in rows:
        least: int | None = 0
        most: int | None = 0
        for number, factor in row.terms:
            known = unknowns[number]
            ends = (known.low, known.high) if factor > 0 else (known.high, known.low)
            least = None if None in (least, ends[0]) else least + factor * ends[0]
            most = None if None in (most, ends[1]) else most + factor * ends[1]
        too_high = row.high is not None and least is not None and least > row.high
        too_low = row.low is not None and most is not None and most < row.low
        if too_high or too_low:
            denied.append(row.name)
        else:
            kept.append(row)
    return kept, denied


def _groups(
    unknowns: list[_Known], rows: list[_Row]
) -> Iterable[tuple[list[int], list[_Row]]]:
    """Unknowns that hang together by rows, where any is hidden."""
    is_open = [known.high is None or known.low < known.high for known in unknowns]
    root = list(range(len(unknowns)))

    def find(number: int) -> int:
        while root[number] != number:
            root[number] = root[root[number]]
            number = root[number]
        return number

    for row in rows:
        members = [number for number, _ in row.terms if is_open[number]]
        for member in members[1:]:
            root[find(member)] = find(members[0])
    members_of: dict[int, list[int]] = defaultdict(list)
    rows_of: dict[int, list[_Row]] = defaultdict(list)
    for number, known in enumerate(unknowns):
        if is_open[number] or known.is_hidden:
            members_of[find(number)].append(number)
    for row in rows:
        first = next((number for number, _ in row.terms if is_open[number]), None)
        if first is not None:
            rows_of[find(first)].append(row)
    for group, members in members_of.items():
        if any(unknowns[number].is_hidden for number in members):
            yield members, rows_of[group]


def _solve(
    members: list[int],
    rows: list[_Row],
    unknowns: Sequence[_Known] | Mapping[int, _Known],
    enough: int | None,
) -> dict[int, Interval]:
    column_of = {number: column for column, number in enumerate(members)}
    matrix = sparse.lil_array((len(rows), len(members)), dtype=np.int64)
    lows = np.full(len(rows), -NO_BOUND, dtype=np.int64)
    highs = np.full(len(rows), NO_BOUND, dtype=np.int64)
    ceiling = CEILING_SPARE + sum(unknowns[each].low for each in members)
    for position, row in enumerate(rows):
        fixed = 0
        for number, factor in row.terms:
            if number in column_of:
                matrix[position, column_of[number]] = factor
            else:
                fixed += factor * unknowns[number].low
        if row.low is not None:
            lows[position] = row.low - fixed
        if row.high is not None:
            highs[position] = row.high - fixed
        ceiling += abs(fixed)
    ceiling += sum(unknowns[each].high or 0 for each in members)
    polytope = Polytope(
        np.array([unknowns[each].low for each in members], dtype=np.int64),
        np.array(
            [
                ceiling if unknowns[each].high is None else unknowns[each].high
                for each in members
            ],
            dtype=np.int64,
        ),
        sparse.csr_array(matrix),
        lows,
        highs,
    )
    hidden = [column_of[each] for each in members if unknowns[each].is_hidden]
    try:
        reach = explore(polytope, hidden, enough=enough)
    except ContradictionError as error:
        names = ", ".join(row.name for row in rows[:10])
        raise ContradictionError(
            f"the published figures contradict one another in: {names}"
        ) from error
    found = {}
    for column in hidden:
        number = members[column]
        if not reach.witnesses:
            raise ContradictionError(
                "no table of whole numbers was found for what is published about "
                f"{unknowns[number].rows[0]}"
            )
        low, high = int(reach.seen_low[column]), int(reach.seen_high[column])
        is_exact = bool(low == reach.low[column] and high == reach.high[column])
        is_endless = unknowns[number].high is None and high == ceiling
        found[number] = Interval(low, None if is_endless else high, is_exact)
    return found


def _lesser(one: int | None, other: int | None) -> int | None:
    """The smaller upper bound; None is no bound."""
    bounds = [bound for bound in (one, other) if bound is not None]
    return min(bounds, default=None)
