"""An attack that shares nothing with the guard: for the bench and the tests.

It works out its own sums from the published keys, and asks the solver of SciPy how
small and how large each hidden count can be. It takes more for known than a reader
does: of every count without parts, with which earlier ones it is the same.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from disclosure.attack import Mark, Publication
from disclosure.structure import Key, Structure

LIMIT = 5_000
"""Above every count of the bench."""

ROUNDS = 10
"""Programmes with random aims, before counts are asked one by one."""


@dataclass(frozen=True)
class Learnt:
    """A hidden count, in the release where it was hidden first, and what it can be."""

    release: int
    key: Key
    low: int
    high: int

    @property
    def width(self) -> int:
        """Largest less smallest."""
        return self.high - self.low


@dataclass
class _System:
    low: list[int]
    high: list[int]
    hidden: dict[int, tuple[int, Key]]
    sums: dict[tuple, tuple[dict[int, int], int, int]]


def learn(
    publications: Sequence[Publication],
    taken_for: Sequence[Mapping[Key, int]],
    structure: Structure,
    threshold: int,
    width: int,
) -> list[Learnt]:
    """The hidden counts that are known more closely than the width."""
    system = _read(publications, taken_for, structure, threshold)
    found = []
    for members, rows in _parts(system):
        for number, (low, high) in _ends(system, members, rows, width).items():
            if high - low < width:
                release, key = system.hidden[number]
                found.append(Learnt(release, key, low, high))
    return found


def _read(
    publications: Sequence[Publication],
    taken_for: Sequence[Mapping[Key, int]],
    structure: Structure,
    threshold: int,
) -> _System:
    system = _System([], [], {}, {})
    named: dict[tuple[Key, int], int] = {}
    last: dict[Key, int] = {}
    for place, (publication, taken) in enumerate(
        zip(publications, taken_for, strict=True)
    ):
        numbers: dict[Key, int] = {}
        for cell in publication.cells:
            number = last.get(cell.key) if cell.key not in publication.revised else None
            if number is None and cell.key in taken:
                number = named.get((cell.key, taken[cell.key]))
            if number is None:
                number = len(system.low)
                system.low.append(0)
                system.high.append(LIMIT)
            if cell.key in taken:
                named.setdefault((cell.key, taken[cell.key]), number)
            low, high = 1, LIMIT
            if cell.mark is Mark.SHOWN:
                low = high = cell.count
                if cell.rounding > 1 and cell.count:
                    low = max(cell.count - cell.rounding // 2, threshold + 1)
                    high = cell.count + (cell.rounding - 1) // 2
            elif cell.mark is Mark.SMALL:
                high = threshold
            if cell.mark is not Mark.SHOWN:
                system.hidden.setdefault(number, (place, cell.key))
            system.low[number] = max(system.low[number], low)
            system.high[number] = min(system.high[number], high)
            numbers[cell.key] = number
        _add_sums(system, numbers, structure)
        last = numbers
    return system


def _add_sums(
    system: _System, numbers: Mapping[Key, int], structure: Structure
) -> None:
    totals: dict[tuple[str, Key], list[Key]] = defaultdict(list)
    for key in numbers:
        for total, parts in structure.area_parts.items():
            if key.area in parts and key.series in structure.adds_over_areas:
                totals["area", key._replace(area=total)].append(key)
        for total, parts in structure.period_parts.items():
            if key.period in parts and key.series in structure.adds_over_periods:
                totals["period", key._replace(period=total)].append(key)
        for total, parts in structure.sums.items():
            if key.series in parts:
                totals["series", key._replace(series=total)].append(key)
    for (_, total), parts in totals.items():
        if total in numbers:
            terms = {numbers[part]: -1 for part in parts} | {numbers[total]: 1}
            _add_sum(system, terms, 0, 0)
    for key, number in numbers.items():
        for inner, outer in structure.within:
            other = numbers.get(key._replace(series=outer))
            if key.series == inner and other is not None:
                _add_sum(system, {other: 1, number: -1}, 0, LIMIT)
        for one, twin, distance in structure.same:
            other = numbers.get(key._replace(series=twin))
            if key.series == one and other is not None:
                _add_sum(system, {other: 1, number: -1}, -distance, distance)


def _add_sum(system: _System, terms: dict[int, int], low: int, high: int) -> None:
    system.sums.setdefault(
        (tuple(sorted(terms.items())), low, high), (terms, low, high)
    )


def _parts(system: _System) -> list[tuple[list[int], list[tuple]]]:
    """Counts that hang together, as far as they are open."""
    is_open = [low < high for low, high in zip(system.low, system.high, strict=True)]
    leader = list(range(len(is_open)))

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for terms, _, _ in system.sums.values():
        members = [number for number in terms if is_open[number]]
        for member in members[1:]:
            leader[lead(member)] = lead(members[0])
    members_of: dict[int, list[int]] = defaultdict(list)
    rows_of: dict[int, list[tuple]] = defaultdict(list)
    for number, each in enumerate(is_open):
        if each or number in system.hidden:
            members_of[lead(number)].append(number)
    for row in system.sums.values():
        member = next((number for number in row[0] if is_open[number]), None)
        if member is not None:
            rows_of[lead(member)].append(row)
    return [
        (members, rows_of[first])
        for first, members in members_of.items()
        if any(member in system.hidden for member in members)
    ]


def _ends(
    system: _System, members: list[int], rows: list[tuple], width: int
) -> dict[int, tuple[int, int]]:
    """The smallest and largest of each hidden count, as far as is asked for."""
    column = {number: place for place, number in enumerate(members)}
    low = np.array([system.low[number] for number in members], dtype=float)
    high = np.array([system.high[number] for number in members], dtype=float)
    hidden = [number for number in members if number in system.hidden]
    if not rows:
        return {n: (system.low[n], system.high[n]) for n in hidden}
    entries, least, most = [], [], []
    for place, (terms, at_least, at_most) in enumerate(rows):
        fixed = sum(f * system.low[n] for n, f in terms.items() if n not in column)
        entries += [(f, place, column[n]) for n, f in terms.items() if n in column]
        least.append(at_least - fixed)
        most.append(at_most - fixed)
    values, where, at = zip(*entries, strict=True)
    matrix = csr_array((values, (where, at)), shape=(len(rows), len(members)))
    seen = np.full((2, len(members)), np.nan)

    def note(point: np.ndarray) -> None:
        whole = np.rint(point)
        sums = matrix @ whole
        if (whole < low).any() or (whole > high).any():
            return
        if (sums < np.array(least)).any() or (sums > np.array(most)).any():
            return
        seen[0] = np.fmin(seen[0], whole)
        seen[1] = np.fmax(seen[1], whole)

    signs = np.vstack([matrix.toarray(), -matrix.toarray()])
    ends = np.concatenate([most, -np.array(least, dtype=float)])
    random = np.random.default_rng(len(members))
    for turn in range(ROUNDS):
        narrow = np.array(
            [
                number in system.hidden
                and not seen[1, column[number]] - seen[0, column[number]] >= width
                for number in members
            ]
        )
        if not narrow.any():
            break
        aim = narrow * (random.random(len(members)) + 0.1)
        if turn > 1:
            aim *= random.choice([-1.0, 1.0], size=len(members))
        found = linprog(
            aim if turn % 2 else -aim,
            A_ub=signs,
            b_ub=ends,
            bounds=np.column_stack([low, high]),
            method="highs-ds",
        )
        if found.x is not None:
            note(found.x)
    result = {}
    for number in hidden:
        place = column[number]
        if not seen[1, place] - seen[0, place] >= width:
            for sign in (1.0, -1.0):
                aim = np.zeros(len(members))
                aim[place] = sign
                found = milp(
                    aim,
                    constraints=LinearConstraint(matrix, least, most),
                    bounds=Bounds(low, high),
                    integrality=np.ones(len(members)),
                )
                if found.x is None:
                    raise ValueError("what is published is true of no table")
                note(found.x)
        result[number] = int(seen[0, place]), int(seen[1, place])
    return result
