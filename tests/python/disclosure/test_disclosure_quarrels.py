"""Senders who contradict one another, and what they hide, over three publications.

Of a few areas and two quarters: a count (`whole`), two that others say equals it
(`first`, `second`), and one within it (`inner`). Any may be absent, suppressed by its
sender, changed, or another than it ought to be; a year is sent now and then. Whatever
comes, it is published, and the attack over the whole chain finds no hidden count.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from lscb.disclosure.attack import Knowledge, Mark, Publication, PublishedCell, attack
from lscb.disclosure.presets import preset
from lscb.disclosure.protect import protect
from lscb.disclosure.structure import Key, Structure
from lscb.disclosure.tables import Count, Earlier, build_task, versions_of
from lscb.publishing.protection import (
    fitting_task,
    is_too_narrow,
    to_withhold,
    totals_apart,
)

pytestmark = pytest.mark.long

RULE = preset("hes_2008")
AREAS, QUARTERS, YEAR, ALL = ("a", "b", "c"), ("q1", "q2"), "year", "all"
WHOLE, INNER, TWINS = "whole", "inner", ("first", "second")
STRUCTURE = Structure(
    area_parts={ALL: AREAS},
    period_parts={YEAR: QUARTERS},
    adds_over_areas=frozenset({WHOLE, INNER, *TWINS}),
    adds_over_periods=frozenset({WHOLE, INNER}),
    within=((INNER, WHOLE),),
    same=tuple((twin, WHOLE, 0) for twin in TWINS),
)
COUNTS = (0, 0, 1, 2, 3, 4, 6, 9, 20, 100)
MARKS = ((1, 5), (1, 4), (0, None), (1, None))
"""What senders' marks say of a count that they suppress."""

Sent = int | tuple[int, int | None]
Table = dict[tuple[str, str, str], Sent]


def sent_anew(chance: random.Random, before: Table) -> Table:
    """What all senders say now; most of it as before."""
    table = dict(before)
    for area in AREAS:
        for quarter in QUARTERS:
            if before and chance.random() < 0.7:
                continue
            true = chance.choice(COUNTS)
            for series in (WHOLE, INNER, *TWINS):
                table.pop((series, area, quarter), None)
                if chance.random() < 0.15:
                    continue
                said: Sent = true if chance.random() < 0.8 else chance.choice(COUNTS)
                if series == INNER and chance.random() < 0.85:
                    said = min(true, chance.choice(COUNTS))
                if chance.random() < 0.15:
                    said = chance.choice(MARKS)
                table[series, area, quarter] = said
        for series in (WHOLE, INNER):
            table.pop((series, area, YEAR), None)
            parts = [table.get((series, area, quarter)) for quarter in QUARTERS]
            if chance.random() < 0.1:
                table[series, area, YEAR] = chance.choice(COUNTS)
            elif None not in parts:
                table[series, area, YEAR] = added(parts)
    return table


def added(parts: list[Sent]) -> Sent:
    """The sum, or its bounds where a part is suppressed."""
    ends = [part if isinstance(part, tuple) else (part, part) for part in parts]
    low = sum(least for least, _ in ends)
    highs = [most for _, most in ends]
    high = None if None in highs else sum(highs)
    return low if low == high else (low, high)


def counted(table: Table) -> dict[Key, Count]:
    """The cells of a publication; a total of areas only where all it has are known."""
    whole = dict(table)
    for series, _, period in table:
        parts = [
            table[series, a, period] for a in AREAS if (series, a, period) in table
        ]
        if all(isinstance(part, int) for part in parts):
            whole[series, ALL, period] = sum(parts)
    return {Key(*where): count_of(said) for where, said in whole.items()}


def count_of(said: Sent) -> Count:
    """A count, or what its sender's mark says of it."""
    if isinstance(said, int):
        return Count(said)
    low, high = said
    if is_too_narrow(low, high, RULE):
        low, high = min(low, 1), None
    return Count(None, low=low, high=high)


def published(past: Earlier) -> Publication:
    """The counts as readers get them."""
    cells = []
    for key, count in past.counts.items():
        if count.count is None:
            source = PublishedCell(key, Mark.SOURCE, low=count.low, high=count.high)
            cells.append(source)
        elif key in past.hidden:
            mark = Mark.SMALL if key in past.marked_small else Mark.HIDDEN
            cells.append(PublishedCell(key, mark))
        else:
            cells.append(PublishedCell(key, Mark.SHOWN, count.count))
    return Publication(past.publication, tuple(cells), past.revised, past.apart)


def chain(seed: int, *, withholds: bool = True) -> Iterator[tuple[list[Earlier], int]]:
    """All that was published, publication by publication, and how much was withheld."""
    chance = random.Random(seed)
    table: Table = {}
    earlier: list[Earlier] = []
    for number in range(3):
        table = sent_anew(chance, table)
        counts, withheld = counted(table), 0
        while True:
            make = partial(
                build_task, str(number), counts, STRUCTURE, RULE, earlier, owners=AREAS
            )
            apart = totals_apart(counts, STRUCTURE, frozenset())
            task, apart = fitting_task(make, apart)
            pattern = protect(task.problem, RULE)
            more = to_withhold(task, pattern) if withholds else frozenset()
            if not more:
                break
            withheld += len(more)
            counts = {key: each for key, each in counts.items() if key not in more}
        earlier = [*earlier, task.published(str(number), counts, pattern, apart)]
        yield earlier, withheld


def learnt(earlier: list[Earlier]) -> dict:
    """The hidden counts that the last of the publications gives away."""
    names = versions_of(earlier, STRUCTURE)
    told = [
        replace(published(past), taken_for=taken)
        for past, taken in zip(earlier, names, strict=True)
    ]
    knowledge = Knowledge(RULE.threshold)
    found, before = (
        attack(some, STRUCTURE, knowledge, enough=RULE.width) if some else None
        for some in (told, told[:-1])
    )
    return found.narrower_than(RULE.width, before)


@pytest.mark.parametrize("seed", range(30))
def test_whatever_senders_contradict_is_published_and_tells_nothing(seed: int) -> None:
    for earlier, _ in chain(seed):
        assert learnt(earlier) == {}


def test_without_withholding_the_attack_finds_what_they_give_away() -> None:
    """Few rows are withheld, and without that some would be found."""
    withheld = told = rows = 0
    for seed in range(30):
        for earlier, some in chain(seed):
            withheld += some
            rows += len(earlier[-1].counts)
        told += any(learnt(earlier) for earlier, _ in chain(seed, withholds=False))
    assert told > 0
    assert 0 < withheld < rows / 100
