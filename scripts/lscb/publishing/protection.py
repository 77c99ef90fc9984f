"""What must be hidden in a new publication: the engine, applied to the value table."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from lscb.disclosure.intervals import ContradictionError
from lscb.disclosure.problem import Pattern, Relation, Rule
from lscb.disclosure.protect import protect, relations_to_give_up
from lscb.disclosure.structure import Apart, Exceptions, Key, Structure
from lscb.disclosure.tables import (
    Count,
    Earlier,
    Task,
    Version,
    build_task,
    totals_of,
    versions_of,
)
from lscb.publishing.cells import (
    DENOMINATOR,
    NUMERATOR,
    TOTAL_AREAS,
    Cells,
    Facts,
    Row,
    RowKey,
    lay_out,
    own_areas,
)
from lscb.publishing.history import put_together

AREA_WEIGHTS = {"region": 8.0, "sub_region": 4.0}
YEAR_WEIGHT = 2.0
GIVEN_UP = ("same", "within", "periods", "series", "areas")
"""Kinds of relations, the one first that is given up first."""


@dataclass(frozen=True)
class Protection:
    """The outcome: what to hide, and what the next publication has to know."""

    cells: Cells
    structure: Structure
    earlier: Earlier
    primary: int
    secondary: int
    withheld: frozenset[RowKey]
    """Rows left unsaid, because what is said elsewhere discloses their counts."""
    seconds: float
    taken_for: tuple[Mapping[Key, Version], ...]
    """Which count each key was, in all publications; the last is this one."""

    def mark(self, row: RowKey, measure: str) -> str | None:
        """The status that hides a count, or None where it is shown."""
        key = self.cells.keys.get((row, measure))
        if key is None or key not in self.earlier.hidden:
            return None
        if key in self.earlier.marked_small:
            return "suppressed"
        return "suppressed_secondary"


def protect_rows(
    publication: str,
    rows: Sequence[Row],
    facts: Facts,
    rule: Rule,
    earlier: Sequence[Earlier] = (),
    structures: Sequence[Structure] = (),
) -> Protection:
    """Decide what to hide in the rows, given what was published before.

    `structures` say what added up in the earlier publications. A row whose hidden count
    cannot be protected, whatever else is hidden, is withheld: senders tell by other
    figures what they hide in one, and earlier publications cannot be taken back.
    """
    cells = lay_out(rows, facts)
    structure = put_together([*structures, cells.structure])
    rows_of = {key: row for (row, _), key in cells.keys.items()}
    withheld: set[RowKey] = set()
    while True:
        counts = count_cells(
            [row for row in rows if row.key not in withheld], cells, facts, rule
        )
        apart, task, pattern = _protected(
            publication, rows, counts, cells, structure, facts, rule, earlier
        )
        more = to_withhold(task, pattern)
        if not more:
            break
        withheld |= {rows_of[key] for key in more}
    published = task.published(publication, counts, pattern, apart)
    primary = task.keys(pattern.primary)
    at_source = {key for key, count in counts.items() if count.count is None}
    return Protection(
        cells=cells,
        structure=structure,
        earlier=published,
        primary=len(primary - at_source),
        secondary=len(published.hidden - primary),
        withheld=frozenset(withheld),
        seconds=pattern.seconds,
        taken_for=tuple(versions_of([*earlier, published], structure)),
    )


def _protected(
    publication: str,
    rows: Sequence[Row],
    counts: Mapping[Key, Count],
    cells: Cells,
    structure: Structure,
    facts: Facts,
    rule: Rule,
    earlier: Sequence[Earlier],
) -> tuple[Exceptions, Task, Pattern]:
    """What does not add up, the task that is left, and what to hide."""
    apart = totals_apart(counts, structure, _may_be_left_out(rows, cells))
    make = partial(
        build_task,
        publication,
        counts,
        structure,
        rule,
        earlier,
        owners=own_areas(facts),
    )
    task, apart = fitting_task(make, apart)
    return apart, task, protect(task.problem, rule)


def to_withhold(task: Task, pattern: Pattern) -> frozenset[Key]:
    """The hidden counts that nothing protects.

    Where none is new but one of an earlier publication is left open by what this one
    says, the hidden counts that are tied to it.
    """
    left_open = pattern.unprotectable | {cell for _, cell in pattern.exposed}
    found = task.keys(left_open)
    if left_open and not found:
        tied = {
            version
            for relation in task.problem.relations
            if not left_open.isdisjoint(relation.terms)
            for version in relation.terms
        }
        found = task.keys(tied & pattern.hidden)
    return found


def count_cells(
    rows: Iterable[Row], cells: Cells, facts: Facts, rule: Rule
) -> dict[Key, Count]:
    """Every count with its weight, its rounding and what its source says of it."""
    counts: dict[Key, Count] = {}
    for row in rows:
        for measure in (NUMERATOR, DENOMINATOR):
            key = cells.keys.get((row.key, measure))
            if key is None:
                continue
            number = row.known_numerator if measure == NUMERATOR else row.denominator
            low, high = (row.low or 0, row.high) if number is None else (0, None)
            if is_too_narrow(low, high, rule):
                low, high = min(low, 1), None
            counts[key] = Count(
                count=number,
                low=low,
                high=high,
                weight=_weight(row.key, number, facts),
                rounding=rounding_of(row.key, facts, rule),
            )
    return counts


def is_too_narrow(low: int, high: int | None, rule: Rule) -> bool:
    """Whether bounds that came with a source's mark disclose more than is allowed."""
    return high is not None and high - low < rule.width


def rounding_of(key: RowKey, facts: Facts, rule: Rule) -> int:
    """The base to which a count of the row is shown."""
    is_total = facts.area_types[key.area_code] in TOTAL_AREAS
    return rule.total_rounding if is_total else rule.count_rounding


def totals_apart(
    counts: Mapping[Key, Count], structure: Structure, may_be_left_out: frozenset[Key]
) -> dict[tuple[str, Key], Apart]:
    """The totals that are no sums of the parts in the table, and how they stand.

    Of one that is no sum even of the parts that may count, nothing more is said: on
    which side it lies would disclose counts that are hidden, now or later.
    """
    found: dict[tuple[str, Key], Apart] = {}
    for name, total, parts in totals_of(counts, structure):
        low, high = _difference(counts, total, parts)
        if low <= 0 <= high:
            continue
        left_out = frozenset(parts) & may_be_left_out
        kept = [part for part in parts if part not in left_out]
        if kept and left_out:
            least, most = _difference(counts, total, kept)
            if least <= 0 <= most:
                found[name, total] = Apart(0, 0, left_out)
                continue
        found[name, total] = Apart()
    for inner, outer in structure.within:
        for key in counts:
            other = key._replace(series=outer)
            if key.series == inner and other in counts:
                _, high = _difference(counts, other, [key])
                if high < 0:
                    found["within", key] = Apart()
    for first, second, _ in structure.same:
        for key in counts:
            other = key._replace(series=second)
            if key.series == first and other in counts:
                low, high = _difference(counts, other, [key])
                if not low <= 0 <= high:
                    found["same", key] = Apart()
    return found


def fitting_task(
    make: Callable[[Exceptions], Task], apart: Exceptions
) -> tuple[Task, Exceptions]:
    """The task that some numbers fit, and all relations that are said not to hold.

    `make` builds it, given those. ContradictionError where earlier publications already
    said what no numbers fit.
    """
    while True:
        task = make(apart)
        gone = relations_to_give_up(task.problem, partial(_given_up, task, apart))
        if not gone:
            return task, apart
        apart = apart | {_name_of(relation): Apart() for relation in gone}


def _given_up(task: Task, apart: Exceptions, clash: Sequence[Relation]) -> Relation:
    """Of relations that cannot all hold, the one that is said not to.

    What two senders say of one thing goes before what a sum says. What an earlier
    publication said to hold cannot be taken back.
    """
    new = [
        relation
        for relation in clash
        for name, version in [relation.id]
        if task.versions.get(version.key) == version
        and apart.get(_name_of(relation)) != Apart()
    ]
    if not new:
        raise ContradictionError(
            "the figures contradict one another, and so did those of earlier"
            f" publications: {', '.join(str(relation.id) for relation in clash)}"
        )
    return min(new, key=lambda each: (GIVEN_UP.index(each.id[0]), _name_of(each)))


def _name_of(relation: Relation) -> tuple[str, Key]:
    """A relation as publications name it."""
    name, version = relation.id
    return name, version.key


def _difference(
    counts: Mapping[Key, Count], total: Key, parts: Iterable[Key]
) -> tuple[float, float]:
    """The least and most that a total can exceed its parts by."""
    low, high = _range(counts[total])
    for part in parts:
        least, most = _range(counts[part])
        low, high = low - most, high - least
    return low, high


def _range(count: Count) -> tuple[float, float]:
    if count.count is not None:
        return count.count, count.count
    return count.low, math.inf if count.high is None else count.high


def _may_be_left_out(rows: Iterable[Row], cells: Cells) -> frozenset[Key]:
    """Counts whose other half is missing: totals of ratios go without them."""
    return frozenset(
        cells.keys[row.key, measure]
        for row in rows
        for measure, other in (
            (NUMERATOR, row.denominator),
            (DENOMINATOR, row.known_numerator),
        )
        if other is None and (row.key, measure) in cells.keys
    )


def _weight(key: RowKey, count: int | None, facts: Facts) -> float:
    """What is lost with a cell: totals most, and the larger of two like cells."""
    weight = AREA_WEIGHTS.get(facts.area_types[key.area_code], 1.0)
    if facts.period_types[key.period_id] != "quarter":
        weight *= YEAR_WEIGHT
    return weight * (1 + math.log1p(count or 0) / 10)
