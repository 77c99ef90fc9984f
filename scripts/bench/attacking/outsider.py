"""An attack that shares nothing with the guard: for the bench and the tests.

It works out its own sums from the published keys, and asks the solver of SciPy how
small and how large each hidden count can be. It takes more for known than a reader
does: of every count without parts, with which earlier ones it is the same. An insider
knows all counts of its own area besides (`learn_inside`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from lscb.disclosure.attack import Mark, Publication, PublishedCell
from lscb.disclosure.problem import Rule
from lscb.disclosure.structure import Apart, Exceptions, Key, Structure

LIMIT = 5_000
"""Above every count of the bench."""

MEASURES = ("numerator", "denominator")

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
    numbers: list[dict[Key, int]]


def learn(
    publications: Sequence[Publication],
    taken_for: Sequence[Mapping[Key, int]],
    structure: Structure,
    threshold: int,
    width: int,
) -> list[Learnt]:
    """The hidden counts that are known more closely than the width."""
    return _narrow(_read(publications, taken_for, structure, threshold), width)


def learn_inside(
    publications: Sequence[Publication],
    taken_for: Sequence[Mapping[Key, int]],
    structure: Structure,
    rule: Rule,
    own: Mapping[str, Sequence[Mapping[Key, int]]],
) -> list[Learnt]:
    """What insiders know too closely of the other insiders' hidden counts.

    `own` has, for each area and publication, the true counts of that area.
    """
    system = _read(publications, taken_for, structure, rule.threshold)
    return [
        learnt
        for area, counts in own.items()
        for learnt in _narrow(
            _inside(system, counts, own.keys() - {area}), rule.insider_width
        )
    ]


def _inside(
    system: _System, own: Sequence[Mapping[Key, int]], others: Collection[str]
) -> _System:
    """The same system, as one knows it who has counts of its own besides."""
    low, high = [*system.low], [*system.high]
    for numbers, known in zip(system.numbers, own, strict=True):
        for key, count in known.items():
            if key in numbers:
                low[numbers[key]] = high[numbers[key]] = count
    hidden = {
        number: (place, key)
        for number, (place, key) in system.hidden.items()
        if key.area in others
    }
    return _System(low, high, hidden, system.sums, system.numbers)


def _narrow(system: _System, width: int) -> list[Learnt]:
    found = []
    for members, rows in _parts(system):
        for number, (low, high) in _ends(system, members, rows, width).items():
            # What can only be 0 is no secret: its source hid it, and zeros are shown.
            if high - low < width and high > 0:
                release, key = system.hidden[number]
                found.append(Learnt(release, key, low, high))
    return found


def read_published(files: Sequence[Path]) -> tuple[list[Publication], Structure]:
    """What published files tell of counts, and what adds up to what."""
    read = [_read_file(file) for file in files]
    parts: list[Mapping[str, tuple[str, ...]]] = [{}, {}]
    adds: list[set[str]] = [set(), set()]
    within: set[tuple[str, str]] = set()
    for _, areas, periods, over_areas, over_periods, pairs in read:
        parts = [parts[0] | areas, parts[1] | periods]
        adds = [adds[0] | over_areas, adds[1] | over_periods]
        within |= pairs
    return [each[0] for each in read], Structure(
        area_parts=parts[0],
        period_parts=parts[1],
        adds_over_areas=frozenset(adds[0]),
        adds_over_periods=frozenset(adds[1]),
        within=tuple(sorted(within)),
    )


def _read_file(file: Path) -> tuple:
    with duckdb.connect(str(file), read_only=True) as connection:

        def ask(query: str) -> list[tuple]:
            return connection.execute(query).fetchall()

        area_parts: dict[str, tuple[str, ...]] = {}
        totals = set()
        for area, kind, parent in ask(
            "select area_code, area_type, parent_area_code from mart.dim_areas"
            " order by area_code"
        ):
            if kind in ("region", "sub_region"):
                totals.add(area)
            if parent is not None:
                area_parts[parent] = (*area_parts.get(parent, ()), area)
        period_parts: dict[str, tuple[str, ...]] = {}
        for period, year in ask(
            "select period_id, year_period_id from mart.dim_periods"
            " where period_type = 'quarter' order by period_id"
        ):
            period_parts[year] = (*period_parts.get(year, ()), period)
        over_areas, over_periods, pairs, sent = set(), set(), set(), set()
        for code, version, kind, basis, adds, rule, other_rule in ask(
            "select indicator_id, definition_version, value_type, denominator_basis,"
            " additive_over_areas, year_from_quarters, year_denominator"
            " from mart.dim_indicators"
        ):
            one, other = (f"{code}/{version}/{m}" for m in MEASURES)
            over_areas |= {one, other} if adds else set()
            over_periods |= {one} if rule == "sum" else set()
            over_periods |= {other} if other_rule == "sum" else set()
            sent |= {other} if basis == "sent" else set()
            pairs |= (
                {(one, other)} if (kind, basis) == ("proportion", "sent") else set()
            )
        ((count_rounding, total_rounding),) = ask(
            "select count_rounding, total_rounding from mart.dim_disclosure_rule"
        )
        cells = []
        for code, version, area, period, one, other, status, is_hidden in ask(
            "select indicator_id, definition_version, area_code, period_id, numerator,"
            " denominator, value_status, is_denominator_hidden"
            " from mart.fct_indicator_values"
        ):
            rounding = total_rounding if area in totals else count_rounding
            first, second = (
                Key(f"{code}/{version}/{measure}", area, period) for measure in MEASURES
            )
            if one is not None:
                cells.append(PublishedCell(first, Mark.SHOWN, int(one), 0, 0, rounding))
            elif status == "suppressed":
                cells.append(PublishedCell(first, Mark.SMALL))
            elif status == "suppressed_secondary":
                cells.append(PublishedCell(first, Mark.HIDDEN))
            if second.series in sent and other is not None:
                cells.append(
                    PublishedCell(second, Mark.SHOWN, int(other), 0, 0, rounding)
                )
            elif second.series in sent and is_hidden:
                cells.append(PublishedCell(second, Mark.HIDDEN))
        revised = {
            Key(f"{code}/{version}/{measure}", area, period)
            for code, version, area, period, *flags in ask(
                "select indicator_id, definition_version, area_code, period_id,"
                " is_numerator_revised, is_denominator_revised from mart.fct_revisions"
            )
            for measure, is_revised in zip(MEASURES, flags, strict=True)
            if is_revised
        }
        apart: dict[tuple[str, Key], Apart] = {}
        for code, version, area, period, measure, name, low, high, left_out in ask(
            "select indicator_id, definition_version, area_code, period_id, measure,"
            " relation, difference_low, difference_high, left_out"
            " from mart.fct_totals_apart"
        ):
            key = Key(f"{code}/{version}/{measure}", area, period)
            before = apart.get((name, key), Apart(low, high)).left_out
            part = set()
            if left_out is not None:
                changed = "area" if name == "areas" else "period"
                part = {key._replace(**{changed: left_out})}
            apart[name, key] = Apart(low, high, before | part)
        publication = Publication(file.name, tuple(cells), frozenset(revised), apart)
        return publication, area_parts, period_parts, over_areas, over_periods, pairs


def _read(
    publications: Sequence[Publication],
    taken_for: Sequence[Mapping[Key, int]],
    structure: Structure,
    threshold: int,
) -> _System:
    system = _System([], [], {}, {}, [])
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
        _add_sums(system, numbers, structure, publication.apart)
        system.numbers.append(numbers)
        last = numbers
    return system


def _add_sums(
    system: _System,
    numbers: Mapping[Key, int],
    structure: Structure,
    apart: Exceptions,
) -> None:
    totals: dict[tuple[str, Key], list[Key]] = defaultdict(list)
    for key in numbers:
        for total, parts in structure.area_parts.items():
            if key.area in parts and key.series in structure.adds_over_areas:
                totals["areas", key._replace(area=total)].append(key)
        for total, parts in structure.period_parts.items():
            if key.period in parts and key.series in structure.adds_over_periods:
                totals["periods", key._replace(period=total)].append(key)
        for total, parts in structure.sums.items():
            if key.series in parts:
                totals["series", key._replace(series=total)].append(key)
    for (name, total), parts in totals.items():
        if total in numbers:
            how = apart.get((name, total), Apart(0, 0))
            counted = [part for part in parts if part not in how.left_out]
            terms = {numbers[part]: -1 for part in counted} | {numbers[total]: 1}
            _add_sum(system, terms, *_ends_of(how))
    for key, number in numbers.items():
        for inner, outer in structure.within:
            if key.series != inner:
                continue
            other = numbers.get(key._replace(series=outer))
            if other is not None:
                how = apart.get(("within", key), Apart(0, None))
                _add_sum(system, {other: 1, number: -1}, *_ends_of(how))
        for one, twin, distance in structure.same:
            if key.series != one:
                continue
            other = numbers.get(key._replace(series=twin))
            if other is not None:
                how = apart.get(("same", key), Apart(-distance, distance))
                _add_sum(system, {other: 1, number: -1}, *_ends_of(how))


def _ends_of(how: Apart) -> tuple[int, int]:
    """The least and most by which a total exceeds its parts."""
    return (
        -LIMIT if how.low is None else how.low,
        LIMIT if how.high is None else how.high,
    )


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
