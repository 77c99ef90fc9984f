"""Random chains of publications to try protection on: what happens between them.

From a world's counts of a few boroughs: counts are revised, and revised back; blocks of
a sender are refused or withdrawn, and mended or sent again, most with the same figures;
a definition changes; everything is cleaned and built again with nothing new.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.attacking.worlds import (
    ALL,
    ALLEGATIONS,
    ALLEGATIONS_RETURNED,
    BOTH,
    INJURY,
    INNER,
    INNER_LONDON,
    LONDON,
    OUTER,
    OUTER_LONDON,
    QUARTERS,
    SELF_HARM,
    SEXUAL,
    UNALLOCATED,
    VIOLENCE,
    YEAR,
    Table,
    publish,
    random_world,
    weighted_counts,
)
from lscb.disclosure.attack import Publication
from lscb.disclosure.problem import Rule
from lscb.disclosure.protect import protect
from lscb.disclosure.structure import Key, Structure
from lscb.disclosure.tables import Earlier, build_task

INJURY_ANEW = f"{INJURY} by its second definition"
SERIES = (*ALL, INJURY_ANEW)
BLOCKS = ((VIOLENCE, SEXUAL), (INJURY, SELF_HARM), (ALLEGATIONS,))
"""What one sender sends in one file."""

STRUCTURE = Structure(
    area_parts={
        LONDON: (*INNER, *OUTER, UNALLOCATED),
        INNER_LONDON: INNER,
        OUTER_LONDON: OUTER,
    },
    period_parts={YEAR: QUARTERS},
    adds_over_areas=frozenset(SERIES),
    adds_over_periods=frozenset(SERIES),
    sums={BOTH: (VIOLENCE, SEXUAL)},
    within=((SELF_HARM, INJURY), (SELF_HARM, INJURY_ANEW)),
    same=((ALLEGATIONS, ALLEGATIONS_RETURNED, 0),),
)

EVENTS = (
    "revise",
    "revise back",
    "refuse",
    "mend",
    "withdraw",
    "send again",
    "build again",
    "define anew",
)


@dataclass(frozen=True)
class Release:
    """One publication of a chain: what readers get, and what only the bench knows."""

    table: Table
    published: Publication
    taken_for: dict[Key, int]
    """For each count without parts, the first release with the same number: more than a
    reader can be sure of."""


@dataclass(frozen=True)
class Chain:
    """Publications one after the other, with the events that lay between them."""

    releases: tuple[Release, ...]
    events: tuple[str, ...]
    hidden: int
    boroughs: tuple[str, ...]
    """Each of them knows its own counts."""
    refused: int
    """Releases that the guard could not protect by hiding, left out of the chain; a
    publication withholds the rows that are to blame."""

    def own_counts(self) -> dict[str, list[Table]]:
        """What each borough knows: its own counts, for each release."""
        return {
            borough: [
                {key: n for key, n in release.table.items() if key.area == borough}
                for release in self.releases
            ]
            for borough in self.boroughs
        }


class _State:
    """The counts of a few boroughs, and which of them are in."""

    def __init__(self, random: np.random.Generator, seed: int) -> None:
        self.random = random
        first = random_world(seed, plenty=float(random.choice([1.0, 1.0, 3.0]))).first
        inner = random.choice(INNER, size=int(random.integers(2, 5)), replace=False)
        outer = random.choice(OUTER, size=int(random.integers(2, 5)), replace=False)
        self.boroughs = [str(each) for each in (*sorted(inner), *sorted(outer))]
        base = {VIOLENCE, SEXUAL, INJURY, SELF_HARM, ALLEGATIONS}
        places = {*self.boroughs, UNALLOCATED}
        self.counts: Table = {
            key: count
            for key, count in first.items()
            if key.series in base and key.area in places and key.period != YEAR
        }
        self.first = dict(self.counts)
        self.away: set[Key] = set()
        self.injury = INJURY

    def happen(self, event: str) -> None:
        match event:
            case "revise":
                for key in self._some(0.05):
                    change = int(self.random.choice([-3, -2, -1, 1, 2, 3, 8]))
                    self._set(key, self.counts[key] + change)
            case "revise back":
                for key in self._some(0.5):
                    self._set(key, self.first[key])
            case "refuse":
                for _ in range(int(self.random.integers(1, 4))):
                    self.away |= self._block(one_quarter=True)
            case "withdraw":
                self.away |= self._block(one_quarter=False)
            case "mend" | "send again":
                for key in sorted(self.away):
                    if self.random.random() < 0.8:
                        self.away -= self._same_file(key)
                        if self.random.random() < 0.2:
                            self._set(key, self.counts[key] + 1)
            case "define anew":
                self.injury = INJURY_ANEW if self.injury == INJURY else INJURY

    def _some(self, share: float) -> list[Key]:
        return [key for key in sorted(self.counts) if self.random.random() < share]

    def _set(self, key: Key, count: int) -> None:
        """Change a count, so that self-harm stays within injuries."""
        self.counts[key] = max(count, 0)
        inner, outer = key._replace(series=SELF_HARM), key._replace(series=INJURY)
        if key.series == INJURY:
            self.counts[key] = max(self.counts[key], self.counts[inner])
        elif key.series == SELF_HARM:
            self.counts[key] = min(self.counts[key], self.counts[outer])

    def _block(self, *, one_quarter: bool) -> set[Key]:
        series = BLOCKS[int(self.random.integers(len(BLOCKS)))]
        area = str(self.random.choice(self.boroughs))
        quarter = str(self.random.choice(QUARTERS))
        return {
            key
            for key in self.counts
            if key.series in series
            and key.area == area
            and (not one_quarter or key.period == quarter)
        }

    def _same_file(self, key: Key) -> set[Key]:
        series = next(block for block in BLOCKS if key.series in block)
        return {key._replace(series=each) for each in series}

    def table(self) -> Table:
        """All cells that would be published of what is in."""
        table: Table = {}
        for key, count in self.counts.items():
            if key not in self.away:
                series = self.injury if key.series == INJURY else key.series
                table[key._replace(series=series)] = count
        for key in [key for key in table if key.series == VIOLENCE]:
            other = table[key._replace(series=SEXUAL)]
            table[key._replace(series=BOTH)] = table[key] + other
        for key in [key for key in table if key.series == ALLEGATIONS]:
            table[key._replace(series=ALLEGATIONS_RETURNED)] = table[key]
        for key, count in list(table.items()):
            wholes = [LONDON]
            if key.area in INNER:
                wholes.append(INNER_LONDON)
            elif key.area in OUTER:
                wholes.append(OUTER_LONDON)
            for area in (key.area, *wholes):
                for period in (key.period, YEAR):
                    if (area, period) != (key.area, key.period):
                        whole = Key(key.series, area, period)
                        table[whole] = table.get(whole, 0) + count
        return table


def random_chain(
    seed: int, rule: Rule, *, length: int | None = None, remembers: bool = True
) -> Chain:
    """A chain by number: the same number gives the same chain.

    A guard that does not remember takes into account the last publication alone.
    """
    random = np.random.default_rng([seed, 20_081])
    state = _State(random, seed)
    length = length or int(random.integers(3, 7))
    earlier: list[Earlier] = []
    releases: list[Release] = []
    events: list[str] = []
    seen: dict[tuple[Key, int], int] = {}
    hidden = refused = 0
    for number in range(length):
        if number:
            for event in _events(random):
                state.happen(event)
                events.append(event)
        table = state.table()
        counts = weighted_counts(table, rule)
        known = earlier if remembers else earlier[-1:]
        task = build_task(
            str(number), counts, STRUCTURE, rule, known, owners=state.boroughs
        )
        pattern = protect(task.problem, rule)
        if pattern.unprotectable or pattern.exposed:
            refused += 1
            continue
        past = task.published(str(number), counts, pattern)
        if not remembers and earlier:
            past = replace(past, revised=task.revised)
        published = publish(
            str(number), table, past.hidden, past.marked_small, rule, past.revised
        )
        taken = {
            key: seen.setdefault((key, count), number)
            for key, count in table.items()
            if key.series != BOTH
            and key.period != YEAR
            and key.area in (*state.boroughs, UNALLOCATED)
        }
        earlier.append(past)
        releases.append(Release(table, published, taken))
        hidden += len(past.hidden)
    return Chain(tuple(releases), tuple(events), hidden, tuple(state.boroughs), refused)


def _events(random: np.random.Generator) -> Iterator[str]:
    weights: Sequence[float] = (3, 2, 3, 3, 1, 2, 1, 1)
    share = np.array(weights) / sum(weights)
    for _ in range(int(random.integers(1, 4))):
        yield str(random.choice(EVENTS, p=share))
