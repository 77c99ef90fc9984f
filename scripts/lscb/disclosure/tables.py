"""From the counts of a publication, and of those before it, to what protects them."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lscb.disclosure.problem import (
    Cell,
    Kind,
    Pattern,
    Problem,
    Relation,
    Rule,
    shown_range,
)
from lscb.disclosure.statistics import Statistic
from lscb.disclosure.structure import Apart, Exceptions, Key, Structure


class Version(NamedTuple):
    """A count as it first appeared: the publication it came with, and its key."""

    publication: str
    key: Key


@dataclass(frozen=True)
class Count:
    """What stands in one cell before disclosure control.

    `count` is None where the source suppressed it; then `low` and `high` are the
    bounds that come with its mark. `statistics` name the cell by its key.
    """

    count: int | None
    low: int = 0
    high: int | None = None
    weight: float = 1.0
    rounding: int = 1
    must_hide: bool = False
    statistics: tuple[Statistic, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """A publication that readers already have: its counts and what it hid."""

    publication: str
    counts: Mapping[Key, Count]
    hidden: frozenset[Key]
    marked_small: frozenset[Key]
    revised: frozenset[Key] = frozenset()
    """Keys that it lists as revised; at all others it repeats the one before it."""

    apart: Exceptions = field(default_factory=dict)
    """Totals that it declares to be no sums of their parts."""


@dataclass(frozen=True)
class Task:
    """A problem, and where each key of the new publication stands in it."""

    problem: Problem
    versions: Mapping[Key, Version]
    revised: frozenset[Key] = frozenset()
    """Keys that the new publication must list as revised."""

    def keys(self, cells: Collection[Version]) -> frozenset[Key]:
        """The keys of the new publication among cells."""
        return frozenset(
            key for key, version in self.versions.items() if version in cells
        )

    def published(
        self,
        publication: str,
        counts: Mapping[Key, Count],
        pattern: Pattern,
        apart: Exceptions | None = None,
    ) -> Earlier:
        """The new publication as the next one will have to take it into account."""
        return Earlier(
            publication=publication,
            counts=counts,
            hidden=self.keys(pattern.hidden),
            marked_small=self.keys(pattern.marked_small),
            revised=self.revised,
            apart=apart or {},
        )


@dataclass
class _Draft:
    cells: dict[Version, Cell] = field(default_factory=dict)
    relations: dict[Hashable, Relation] = field(default_factory=dict)


def build_task(
    publication: str,
    counts: Mapping[Key, Count],
    structure: Structure,
    rule: Rule,
    earlier: Sequence[Earlier] = (),
    apart: Exceptions | None = None,
    owners: Collection[str] = (),
) -> Task:
    """What has to be protected in a new publication, given those before it.

    `owners` are the areas whose own people know the counts of their area.

    A count that was not revised is one unknown however often it is published. One that
    was is another unknown, tied to the old one only by the sums that both are in. One
    that comes back as it once was, after it was withdrawn, refused or revised, is the
    unknown of then: a reader may well guess so.
    """
    draft = _Draft()
    naming = _Naming(structure)
    before: Mapping[Key, Count] = {}
    for past in earlier:
        latest = naming.add(past.publication, past.counts, past.revised, past.apart)
        for key, count in past.counts.items():
            _add_earlier(draft, latest[key], key, count, past, rule)
        _add_relations(draft, latest, past.counts, structure, past.apart)
        before = past.counts
    revised = revised_keys(counts, before, structure)
    latest = naming.add(publication, counts, revised, apart or {})
    for key, count in counts.items():
        _add_new(draft, latest[key], count, rule)
    _add_relations(draft, latest, counts, structure, apart or {})
    statistics = tuple(
        _about(statistic, latest[key])
        for key, count in counts.items()
        for statistic in count.statistics
    )
    current = set(latest.values())
    cells = tuple(
        replace(
            cell if version in current else _past_only(cell),
            owner=version.key.area if version.key.area in owners else None,
        )
        for version, cell in draft.cells.items()
    )
    problem = Problem(cells, tuple(draft.relations.values()), statistics)
    return Task(problem, latest, revised)


def versions_of(
    earlier: Sequence[Earlier], structure: Structure
) -> list[dict[Key, Version]]:
    """Which count each key of each publication was, oldest publication first."""
    naming = _Naming(structure)
    return [
        naming.add(past.publication, past.counts, past.revised, past.apart)
        for past in earlier
    ]


class _Naming:
    """Gives each key of a publication the version that its count is of.

    A count that is listed as revised, or was away, gets a version of its own, unless it
    is as it once was: a count without parts that has a number it had before, or a total
    of the very parts that an earlier one had. A total of other parts with the same
    number is another: nobody can see that the changes cancel out.
    """

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.before: Mapping[Key, Count] = {}
        self.latest: dict[Key, Version] = {}
        self.single: dict[Key, list[tuple[Count, Version]]] = {}
        self.totals: dict[
            tuple[str, Key, frozenset[Version]], tuple[Count, Version]
        ] = {}

    def add(
        self,
        publication: str,
        counts: Mapping[Key, Count],
        revised: frozenset[Key],
        apart: Exceptions,
    ) -> dict[Key, Version]:
        """The versions of one more publication."""
        named: dict[Key, Version] = {}
        parts_of: dict[Key, list[tuple[str, list[Key]]]] = {}
        for name, total, parts in totals_of(counts, self.structure):
            if total in revised or total not in self.before:
                how = apart.get((name, total), Apart())
                counted = [part for part in parts if part not in how.left_out]
                parts_of.setdefault(total, []).append((name, counted))

        def version_of(key: Key) -> Version:
            if key not in named:
                named[key] = self._known(publication, key, counts[key], revised) or (
                    total_of(key)
                    if key in parts_of
                    else self._as_before(key, counts[key]) or Version(publication, key)
                )
            return named[key]

        def total_of(key: Key) -> Version:
            sums = [
                (name, key, frozenset(version_of(part) for part in parts))
                for name, parts in parts_of[key]
            ]
            found = (self.totals[each] for each in sums if each in self.totals)
            version = next(
                (version for old, version in found if _same(old, counts[key])),
                Version(publication, key),
            )
            for each in sums:
                self.totals.setdefault(each, (counts[key], version))
            return version

        for key in counts:
            version_of(key)
        for key, version in named.items():
            if version.publication == publication:
                self.single.setdefault(key, []).append((counts[key], version))
        self.before, self.latest = counts, named
        return named

    def _known(
        self, publication: str, key: Key, count: Count, revised: frozenset[Key]
    ) -> Version | None:
        """The version of the publication before, where it is listed as unchanged."""
        if key in revised or key not in self.before:
            return None
        if not _same(self.before[key], count):
            raise ValueError(
                f"publication {publication} changed {key} and did not list it as "
                "revised: correct its list, or readers are taken to know too little"
            )
        return self.latest[key]

    def _as_before(self, key: Key, count: Count) -> Version | None:
        """The last version that had this count."""
        for old, version in reversed(self.single.get(key, [])):
            if _same(old, count):
                return version
        return None


def revised_keys(
    counts: Mapping[Key, Count], before: Mapping[Key, Count], structure: Structure
) -> frozenset[Key]:
    """Keys to publish as revised: new or other counts, and all totals of such.

    A total whose parts were revised is listed even where its figure stayed the same.
    Otherwise readers would know a total that is hidden: unchanged since last time.
    """
    revised = {
        key
        for key, count in counts.items()
        if key not in before or not _same(before[key], count)
    }
    old_parts = {
        (name, key): set(parts) for name, key, parts in totals_of(before, structure)
    }
    totals = [
        (name, key, set(parts)) for name, key, parts in totals_of(counts, structure)
    ]
    revised |= {
        key for name, key, parts in totals if old_parts.get((name, key)) != parts
    }
    while more := {
        key for _, key, parts in totals if key not in revised and parts & revised
    }:
        revised |= more
    return frozenset(revised)


def _same(old: Count, new: Count) -> bool:
    return (old.count, old.low, old.high) == (new.count, new.low, new.high)


def _add_new(draft: _Draft, version: Version, count: Count, rule: Rule) -> None:
    """A count of the new publication; one that was shown before stays known."""
    kind = Kind.MUST_HIDE if count.count is None or count.must_hide else Kind.MAY_HIDE
    old = draft.cells.get(version)
    low, high = count.low, count.high
    if old is not None:
        if old.kind is Kind.NEVER_HIDE and old.rounding in (1, count.rounding):
            return
        kind = old.kind if old.kind is Kind.STAYS_HIDDEN else kind
        low, high = _both(low, high, old.low, old.high)
        if old.kind is Kind.NEVER_HIDE and old.count is not None:
            low, high = _both(low, high, *shown_range(old.count, old.rounding, rule))
    draft.cells[version] = Cell(
        id=version,
        count=count.count,
        kind=kind,
        weight=count.weight,
        low=low,
        high=high,
        rounding=count.rounding,
    )


def _both(
    low: int, high: int | None, other_low: int, other_high: int | None
) -> tuple[int, int | None]:
    """What two ranges of the same count leave; None is no upper end."""
    highs = [each for each in (high, other_high) if each is not None]
    return max(low, other_low), min(highs, default=None)


def _add_earlier(
    draft: _Draft,
    version: Version,
    key: Key,
    count: Count,
    past: Earlier,
    rule: Rule,
) -> None:
    """A count as an earlier publication left it: shown and so known, or hidden."""
    old = draft.cells.get(version)
    if old is not None and old.kind is Kind.NEVER_HIDE:
        return
    low, high = count.low, count.high
    kind = Kind.NEVER_HIDE
    if key in past.hidden and count.count is None:
        kind = Kind.MUST_HIDE
    elif key in past.hidden:
        kind = Kind.STAYS_HIDDEN
        low = max(low, 1)
        if key in past.marked_small:
            kind = Kind.MAY_HIDE
            low, high = _both(low, high, 1, rule.threshold)
    if old is not None:
        low, high = _both(low, high, old.low, old.high)
    draft.cells[version] = Cell(
        id=version,
        count=count.count,
        kind=kind,
        weight=count.weight,
        low=low,
        high=high,
        rounding=count.rounding,
    )


def _past_only(cell: Cell) -> Cell:
    """A count that the new publication no longer holds cannot be hidden any more."""
    if cell.kind is Kind.NEVER_HIDE:
        return cell
    return replace(cell, kind=Kind.NEVER_SHOWN)


def _add_relations(
    draft: _Draft,
    versions: Mapping[Key, Version],
    counts: Mapping[Key, Count],
    structure: Structure,
    apart: Exceptions,
) -> None:
    for name, total, parts in totals_of(counts, structure):
        how = apart.get((name, total), Apart(0, 0))
        terms = {versions[total]: 1} | {
            versions[part]: -1 for part in parts if part not in how.left_out
        }
        _add(draft, (name, versions[total]), terms, how)
    for inner, outer in structure.within:
        for key in counts:
            other = key._replace(series=outer)
            if key.series == inner and other in counts:
                how = apart.get(("within", key), Apart(0, None))
                terms = {versions[other]: 1, versions[key]: -1}
                _add(draft, ("within", versions[key]), terms, how)
    for first, second, tolerance in structure.same:
        for key in counts:
            other = key._replace(series=second)
            if (
                key.series == first
                and other in counts
                and key not in structure.differing
            ):
                how = apart.get(("same", key), Apart(-tolerance, tolerance))
                terms = {versions[other]: 1, versions[key]: -1}
                _add(draft, ("same", versions[key]), terms, how)


def totals_of(
    counts: Mapping[Key, Count], structure: Structure
) -> Iterator[tuple[str, Key, list[Key]]]:
    """Each total that has parts in the table, with those parts."""
    for key in counts:
        series, area, period = key
        candidates: list[tuple[str, list[tuple[str, str, str]]]] = []
        if series in structure.adds_over_areas and area in structure.area_parts:
            parts = [(series, each, period) for each in structure.area_parts[area]]
            candidates.append(("areas", parts))
        if series in structure.adds_over_periods and period in structure.period_parts:
            parts = [(series, area, each) for each in structure.period_parts[period]]
            candidates.append(("periods", parts))
        if series in structure.sums:
            parts = [(each, area, period) for each in structure.sums[series]]
            candidates.append(("series", parts))
        for name, expected in candidates:
            present = [Key(*part) for part in expected if part in counts]
            if present:
                yield name, key, present


def _add(
    draft: _Draft, name: Hashable, terms: Mapping[Version, int], how: Apart
) -> None:
    """Keep a relation, unless it says nothing or an earlier one said the same."""
    if how.low is None and how.high is None:
        return
    relation = Relation(name, terms, how.low, how.high)
    members = frozenset(terms.items())
    draft.relations.setdefault((members, how.low, how.high), relation)


def _about(statistic: Statistic, version: Version) -> Statistic:
    return replace(statistic, cell=version)
