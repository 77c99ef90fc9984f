"""Random worlds to try protection on: London's shape, invented counts.

Thirty-three boroughs with Inner, Outer and London, two joint areas, four quarters and
their year, indicators that add up to another, lie within another or come from two
sources, and a second publication in which some counts were revised.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lscb.disclosure.attack import Mark, Publication, PublishedCell
from lscb.disclosure.problem import Pattern, Rule, round_half_up
from lscb.disclosure.protect import protect
from lscb.disclosure.structure import Key, Structure
from lscb.disclosure.tables import Count, Earlier, build_task

CITY = "E09000001"
HACKNEY = "E09000012"
SUTTON = "E09000029"
MERTON = "E09000024"
BOROUGHS = tuple(f"E090000{number:02d}" for number in range(1, 34))
INNER_NUMBERS = (1, 7, 12, 13, 14, 19, 20, 22, 23, 25, 28, 30, 32, 33)
INNER = tuple(f"E090000{number:02d}" for number in INNER_NUMBERS)
OUTER = tuple(borough for borough in BOROUGHS if borough not in INNER)
LONDON, INNER_LONDON, OUTER_LONDON = "E12000007", "E13000001", "E13000002"
CITY_HACKNEY, SUTTON_MERTON = "joint_city_hackney", "joint_sutton_merton"
UNALLOCATED = "UNALLOCATED"
YEAR = "2008-09"
QUARTERS = tuple(f"{YEAR}Q{number}" for number in range(1, 5))

VIOLENCE, SEXUAL, BOTH = "SG15", "SG16", "SG15+SG16"
INJURY, SELF_HARM = "SG23", "SG42a"
ALLEGATIONS, ALLEGATIONS_RETURNED = "SG12", "SG12 by return"
POLICE = (VIOLENCE, SEXUAL, BOTH)
ALL = (*POLICE, INJURY, SELF_HARM, ALLEGATIONS, ALLEGATIONS_RETURNED)

STRUCTURE = Structure(
    area_parts={
        LONDON: (*BOROUGHS, UNALLOCATED),
        INNER_LONDON: INNER,
        OUTER_LONDON: OUTER,
        CITY_HACKNEY: (CITY, HACKNEY),
        SUTTON_MERTON: (SUTTON, MERTON),
    },
    period_parts={YEAR: QUARTERS},
    adds_over_areas=frozenset(ALL),
    adds_over_periods=frozenset(ALL),
    sums={BOTH: (VIOLENCE, SEXUAL)},
    within=((SELF_HARM, INJURY),),
    same=((ALLEGATIONS, ALLEGATIONS_RETURNED, 0),),
)

TOTALS = (LONDON, INNER_LONDON, OUTER_LONDON)

Table = dict[Key, int]


@dataclass(frozen=True)
class World:
    """Two tables of true counts, the second with some revised."""

    first: Table
    second: Table


def random_world(seed: int, revised: float = 0.03, plenty: float = 1.0) -> World:
    """A world by number: the same number gives the same world.

    `revised` is the share of borough counts that the second table changes; `plenty`
    multiplies the usual size of counts, of which one in three is 1 to 5.
    """
    random = np.random.default_rng(seed)
    sizes = random.lognormal(0.0, 0.35, size=len(BOROUGHS))
    sizes[0] = 0.03
    levels = {
        VIOLENCE: random.uniform(4, 12),
        SEXUAL: random.uniform(3, 10),
        INJURY: random.uniform(6, 20),
        ALLEGATIONS: random.uniform(3, 12),
    }
    small = {
        series: _negative_binomial(random, np.outer(sizes, np.ones(4)) * level * plenty)
        for series, level in levels.items()
    }
    share = random.uniform(0.2, 0.5)
    small[SELF_HARM] = random.binomial(small[INJURY], share)
    first = _filled(small, random.poisson(3.0, size=(2, 4)))
    for counts in (small[VIOLENCE], small[SEXUAL], small[ALLEGATIONS]):
        _revise(random, counts, revised)
    again = random.random(small[INJURY].shape) < revised
    small[INJURY] = small[INJURY] + again * random.integers(1, 4, small[INJURY].shape)
    stray = np.array(
        [[first[Key(each, UNALLOCATED, q)] for q in QUARTERS] for each in POLICE[:2]]
    )
    return World(first, _filled(small, stray))


def weighted_counts(table: Mapping[Key, int], rule: Rule) -> dict[Key, Count]:
    """Counts as the publisher sees them, with what it costs to hide each.

    Small cells matter least, totals of London most.
    """
    return {
        key: Count(
            count=count,
            weight=_weight(key, count),
            rounding=rule.total_rounding if key.area in TOTALS else rule.count_rounding,
        )
        for key, count in table.items()
    }


def publish(
    name: str,
    table: Mapping[Key, int],
    hidden: frozenset[Key],
    marked_small: frozenset[Key],
    rule: Rule,
    revised: frozenset[Key] = frozenset(),
) -> Publication:
    """The table as readers get it."""
    cells = []
    for key, count in table.items():
        base = rule.total_rounding if key.area in TOTALS else rule.count_rounding
        if key in hidden:
            mark = Mark.SMALL if key in marked_small else Mark.HIDDEN
            cells.append(PublishedCell(key, mark))
        else:
            figure = round_half_up(count, base)
            cells.append(PublishedCell(key, Mark.SHOWN, figure, rounding=base))
    return Publication(name, tuple(cells), revised)


@dataclass(frozen=True)
class Outcome:
    """Both publications of a world, protected one after the other."""

    publications: tuple[Publication, Publication]
    patterns: tuple[Pattern, Pattern]
    primary: int
    secondary: int


def protect_world(world: World, rule: Rule) -> Outcome:
    """Protect and publish both tables of a world."""
    earlier: list[Earlier] = []
    publications: list[Publication] = []
    patterns: list[Pattern] = []
    primary = secondary = 0
    for name, table in (("1", world.first), ("2", world.second)):
        counts = weighted_counts(table, rule)
        task = build_task(name, counts, STRUCTURE, rule, earlier, owners=BOROUGHS)
        pattern = protect(task.problem, rule)
        past = task.published(name, counts, pattern)
        publications.append(
            publish(name, table, past.hidden, past.marked_small, rule, past.revised)
        )
        primary += len(task.keys(pattern.primary))
        secondary += len(task.keys(pattern.secondary))
        earlier.append(past)
        patterns.append(pattern)
    return Outcome(
        (publications[0], publications[1]),
        (patterns[0], patterns[1]),
        primary,
        secondary,
    )


def own_counts(world: World) -> dict[str, dict[tuple[str, Key], int]]:
    """What the people of each borough know of both publications: its own counts."""
    own: dict[str, dict[tuple[str, Key], int]] = {each: {} for each in BOROUGHS}
    for name, table in (("1", world.first), ("2", world.second)):
        for key, count in table.items():
            if key.area in own:
                own[key.area][name, key] = count
    return own


def repeated_structure(copies: int, years: int) -> Structure:
    """The structure of several worlds side by side, `copies` of each series."""

    def named(series: str, copy: int) -> str:
        return f"{series}#{copy}"

    each = range(copies)
    names = [f"{2006 + year}-{7 + year:02d}" for year in range(years)]
    series = frozenset(named(name, copy) for name in ALL for copy in each)
    return Structure(
        area_parts=STRUCTURE.area_parts,
        period_parts={
            name: tuple(f"{name}Q{number}" for number in range(1, 5)) for name in names
        },
        adds_over_areas=series,
        adds_over_periods=series,
        sums={
            named(BOTH, copy): (named(VIOLENCE, copy), named(SEXUAL, copy))
            for copy in each
        },
        within=tuple((named(SELF_HARM, copy), named(INJURY, copy)) for copy in each),
        same=tuple(
            (named(ALLEGATIONS, copy), named(ALLEGATIONS_RETURNED, copy), 0)
            for copy in each
        ),
    )


def _negative_binomial(random: np.random.Generator, means: np.ndarray) -> np.ndarray:
    size = 4.0
    return random.negative_binomial(size, size / (size + means))


def _revise(random: np.random.Generator, counts: np.ndarray, revised: float) -> None:
    """Change a few counts by a few, never below nothing."""
    chosen = random.random(counts.shape) < revised
    change = random.choice([-2, -1, 1, 2, 3], size=counts.shape)
    np.maximum(counts + chosen * change, 0, out=counts)


def _filled(small: Mapping[str, np.ndarray], stray: np.ndarray) -> Table:
    """All cells that are published, from the boroughs' quarters."""
    table: Table = {}
    for series, counts in small.items():
        for borough, row in zip(BOROUGHS, counts, strict=True):
            for quarter, count in zip(QUARTERS, row, strict=True):
                table[Key(series, borough, quarter)] = int(count)
    for series, row in zip(POLICE[:2], stray, strict=True):
        for quarter, count in zip(QUARTERS, row, strict=True):
            table[Key(series, UNALLOCATED, quarter)] = int(count)
    for key in [key for key in table if key.series == VIOLENCE]:
        table[key._replace(series=BOTH)] = (
            table[key] + table[key._replace(series=SEXUAL)]
        )
    for key in [key for key in table if key.series == ALLEGATIONS]:
        table[key._replace(series=ALLEGATIONS_RETURNED)] = table[key]
    for series in ALL:
        for total, parts in STRUCTURE.area_parts.items():
            for quarter in QUARTERS:
                table[Key(series, total, quarter)] = sum(
                    table.get(Key(series, part, quarter), 0) for part in parts
                )
    for key in [key for key in table if key.period == QUARTERS[0]]:
        table[key._replace(period=YEAR)] = sum(
            table[key._replace(period=quarter)] for quarter in QUARTERS
        )
    return table


def _weight(key: Key, count: int) -> float:
    area = {LONDON: 30.0, INNER_LONDON: 10.0, OUTER_LONDON: 10.0}.get(key.area, 1.0)
    period = 2.0 if key.period == YEAR else 1.0
    return area * period * (1.0 + min(count, 100) / 200.0)
