"""How published counts hang together, as data: the same facts for guard and attacker.

Only facts are shared. protect builds its relations from them in tables.py, from the
true counts; attack.py derives its own from the published keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Key(NamedTuple):
    """A cell of the value table: series (indicator, version, source), area, period."""

    series: str
    area: str
    period: str


@dataclass(frozen=True)
class Apart:
    """How a total stands to its parts where the publication says that it is no sum.

    The total less its parts (of a pair: the second less the first) is between `low`
    and `high`; None is no bound. Parts in `left_out` do not count towards it.
    """

    low: int | None = None
    high: int | None = None
    left_out: frozenset[Key] = frozenset()


Exceptions = Mapping[tuple[str, Key], Apart]
"""Relations that hold otherwise than `Structure` says, by name and key.

Names are areas, periods, series, within and same; the key is that of the total, or of
the first of the pair.
"""


@dataclass(frozen=True)
class Structure:
    """What adds up to what.

    `area_parts` and `period_parts` list the parts of a total; an area may be listed
    with several sets of parts under different names of the total (`region` from
    boroughs). A part that has no row is not in the total. `adds_over_areas` and
    `adds_over_periods` say which series follow them. `sums` are series that add up to
    another, `within` are pairs of a series and one that contains it,
    `same` are pairs that count the same thing from two sources, with
    the difference that is held possible. `differing` are keys of the first of such a
    pair at which the publication itself says that the two disagree.
    """

    area_parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    period_parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    adds_over_areas: frozenset[str] = frozenset()
    adds_over_periods: frozenset[str] = frozenset()
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: tuple[tuple[str, str], ...] = ()
    same: tuple[tuple[str, str, int], ...] = ()
    differing: frozenset[Key] = frozenset()
