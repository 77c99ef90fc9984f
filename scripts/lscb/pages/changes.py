"""Whether a figure moved since the period before: one test for all that a page says.

The interval of a difference comes of the intervals of its two figures, each by the
method of its kind, as Newcombe (Stat Med 1998; 17: 873-890, method 10) does for
proportions and Zou and Donner (Stat Med 2008; 27: 1693-1702) for rates and counts:
from the value to its own limit on the one side, and from the value before to its limit
on the other. The figure moved where that interval leaves out nought.

A page asks this of many indicators at once. So that fewer than one page of twenty says
moved of any that did not, the level of each is 5 per cent by the number of indicators
(Bonferroni). What is published are limits of 99.8 per cent: a distance is widened as
the normal deviate of the level is wider than theirs.
"""

from math import hypot
from statistics import NormalDist
from typing import Any

FALSE_ALARMS = 0.05
CONFIDENCE = 0.998
LIMITS = ("indicator_value", "lower_limit_998", "upper_limit_998")

HIGHER, LOWER, UNCLEAR = "▲ higher", "▼ lower", "● no clear change"


def widening(figures: int) -> float:
    """How much wider than the published limits those of so many figures are."""
    deviate = NormalDist().inv_cdf
    return deviate(1 - FALSE_ALARMS / figures / 2) / deviate((1 + CONFIDENCE) / 2)


def difference(
    now: dict[str, Any], before: dict[str, Any], wider: float = 1
) -> tuple[float, float] | None:
    """The limits of what a figure grew by; None where one of the two has no limits."""
    if None in (*map(now.get, LIMITS), *map(before.get, LIMITS)):
        return None
    value, lower, upper = (now[name] for name in LIMITS)
    value_before, lower_before, upper_before = (before[name] for name in LIMITS)
    grown = value - value_before
    return (
        grown - wider * hypot(value - lower, upper_before - value_before),
        grown + wider * hypot(upper - value, value_before - lower_before),
    )


def moved(now: dict[str, Any], before: dict[str, Any], figures: int) -> str | None:
    """How a figure moved, where so many are looked at; None where one has no limits."""
    limits = difference(now, before, widening(figures))
    if limits is None:
        return None
    least, most = limits
    return HIGHER if least > 0 else LOWER if most < 0 else UNCLEAR
